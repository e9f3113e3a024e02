package dev.millrace.monitoring;

import dev.millrace.monitoring.flow.Flow;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.messaging.Message;

/** Binds {@link Flow} to {@code followTopics-in-0}, one consumer of all lane topics. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MonitoringProperties.class)
class MonitoringStreamConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(MonitoringStreamConfiguration.class);

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    Flow flow(MeterRegistry registry, InstantSource clock, MonitoringProperties properties) {
        return new Flow(registry, clock, properties.recentResults());
    }

    @Bean
    RecordMessageConverter wholeRecordConverter() {
        return new WholeRecordConverter();
    }

    @Bean
    Consumer<Message<byte[]>> followTopics(Flow flow) {
        return message -> {
            ConsumerRecord<byte[], byte @Nullable []> source = WholeRecordConverter.recordOf(message);
            try {
                flow.accept(source);
            } catch (RuntimeException e) {
                // Thrown on, the binder would drop the record all the same, but without its name.
                LOGGER.atError()
                        .addKeyValue("record", source.topic() + "/" + source.partition() + "/" + source.offset())
                        .setCause(e)
                        .log("record not observed");
            }
        };
    }
}
