package dev.millrace.postprocessor;

import dev.millrace.contract.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.util.backoff.ExponentialBackOff;

/** Follows {@code results.published.v1} with a group of its own and fills the {@link ResultStore}. */
@Configuration(proxyBeanMethods = false)
class ResultStoreConfiguration {
    @Bean
    ResultStore resultStore(
            StringRedisTemplate redis,
            PostprocessorProperties properties,
            InstantSource clock,
            MeterRegistry registry) {
        return new ResultStore(redis, properties.resultTtl(), clock, registry);
    }

    @Bean
    KafkaMessageListenerContainer<byte[], byte[]> resultStoreFollower(
            ResultStore store, KafkaProperties kafka, @Value("${spring.application.name}") String application) {
        var settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, application + "-store");
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, application + "-store");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        // The store can be filled again from wherever the topic begins, so here an automatic reset harms nothing.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        var container = new ContainerProperties(Topics.RESULTS);
        container.setAckMode(ContainerProperties.AckMode.BATCH);
        container.setMissingTopicsFatal(false);
        container.setMessageListener((BatchMessageListener<byte[], byte[]>) store::store);
        var follower = new KafkaMessageListenerContainer<>(
                new DefaultKafkaConsumerFactory<byte[], byte[]>(settings), container);
        follower.setBeanName("result-store");
        follower.setCommonErrorHandler(tryUntilRedisAnswers());
        return follower;
    }

    /** Without end: a Redis that is down is nobody's bad record. */
    private static DefaultErrorHandler tryUntilRedisAnswers() {
        var backOff = new ExponentialBackOff(200, 2);
        backOff.setMaxInterval(5_000);
        var handler = new DefaultErrorHandler(backOff);
        handler.setClassifications(java.util.Map.of(), true);
        handler.setReclassifyOnExceptionChange(false);
        handler.setLogLevel(org.springframework.kafka.KafkaException.Level.WARN);
        return handler;
    }
}
