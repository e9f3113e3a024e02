package dev.millrace.postprocessor;

import dev.millrace.contract.Topics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnection.PipeliningFlushPolicy;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Follows {@code results.published.v1} with a group of its own and fills the {@link ResultStore}. */
@Configuration(proxyBeanMethods = false)
class ResultStoreConfiguration {
    @Bean
    ResultStore resultStore(
            StringRedisTemplate redis,
            LettuceConnectionFactory connections,
            PostprocessorProperties properties,
            InstantSource clock,
            MeterRegistry registry) {
        // Else each command of a pipeline is a packet.
        connections.setPipeliningFlushPolicy(PipeliningFlushPolicy.flushOnClose());
        return new ResultStore(redis, properties.resultTtl(), clock, registry);
    }

    @Bean
    ResultFollower resultFollower(
            ResultStore store,
            KafkaProperties kafka,
            MeterRegistry registry,
            @Value("${spring.application.name}") String application) {
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
        var follower = new ResultFollower(() -> new KafkaConsumer<>(settings), Topics.RESULTS, store);
        Gauge.builder("millrace.store.behind", follower, ResultFollower::behind)
                .description("Results of this replica's lanes that are published and not yet stored")
                .baseUnit("records")
                .register(registry);
        return follower;
    }

    /** A Redis that is away is no reason to be taken out: results are published all the same, and stored later. */
    @Bean("store")
    HealthIndicator storeHealth(ResultFollower follower) {
        return () -> follower.isFollowing()
                ? Health.up().withDetail("behind", follower.behind()).build()
                : Health.outOfService()
                        .withDetail("waitingFor", "the results topic; see the log")
                        .build();
    }
}
