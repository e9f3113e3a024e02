package dev.millrace.collector;

import dev.millrace.cache.CacheConfiguration;
import dev.millrace.cache.Caches;
import dev.millrace.cache.Erasures;
import dev.millrace.cache.PredictionCodec;
import dev.millrace.collector.admission.AdmissionConfiguration;
import dev.millrace.collector.content.BodyReader;
import dev.millrace.collector.problem.ProblemConfiguration;
import dev.millrace.collector.store.FreshResults;
import dev.millrace.collector.store.RedisStore;
import dev.millrace.collector.store.Reservations;
import dev.millrace.collector.store.ResultFeed;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.payload.PayloadConfiguration;
import dev.millrace.payload.PayloadStore;
import dev.millrace.pipeline.ContentKeys;
import dev.millrace.pipeline.ModelsProperties;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.pipeline.PipelineConfiguration;
import dev.millrace.redis.RedisConfiguration;
import dev.millrace.redis.RedisGuards;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.KafkaOperations;

/** Wires the collector. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CollectorProperties.class)
@Import({
    AdmissionConfiguration.class,
    CacheConfiguration.class,
    PayloadConfiguration.class,
    PipelineConfiguration.class,
    ProblemConfiguration.class,
    RedisConfiguration.class
})
class CollectorConfiguration {
    private static final Logger LOGGER = LoggerFactory.getLogger(CollectorConfiguration.class);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    StopNotice stopNotice(@Value("${millrace.collector.stop-notice:1s}") Duration length) {
        return new StopNotice(length);
    }

    @Bean
    TopicCatalog topicCatalog() {
        return TopicCatalog.load();
    }

    @Bean
    RedisStore redisStore(StringRedisTemplate redis, RedisGuards guards, Clock clock, CollectorProperties properties) {
        return new RedisStore(
                redis,
                guards,
                clock,
                properties.storeTimeout(),
                properties.lookupTimeout(),
                properties.reservationRetention());
    }

    @Bean
    FreshResults freshResults(CollectorProperties properties, Erasures erasures, MeterRegistry meters) {
        var results = new FreshResults(properties.maxWaiters());
        erasures.add(results);
        Gauge.builder("millrace.collector.waiters", results, FreshResults::waiting)
                .description("Requests that wait for a result")
                .baseUnit("requests")
                .register(meters);
        return results;
    }

    @Bean
    ResultFeed resultFeed(KafkaProperties kafka, TopicCatalog topics, FreshResults results, MeterRegistry meters) {
        var settings = kafka.buildConsumerProperties();
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        var bytes = new ByteArrayDeserializer();
        var consumers = new DefaultKafkaConsumerFactory<>(settings, bytes, bytes);
        var partitions = IntStream.range(0, topics.topic(Topics.RESULTS).partitions())
                .mapToObj(partition -> new TopicPartition(Topics.RESULTS, partition))
                .toList();
        var feed = new ResultFeed(consumers::createConsumer, partitions, results);
        Gauge.builder("millrace.collector.feed.following", feed, each -> each.isFollowing() ? 1 : 0)
                .description("1 while the results topic is followed, so that waiting requests learn of results")
                .register(meters);
        return feed;
    }

    @Bean
    Reservations reservations(RedisStore store) {
        return new Reservations(store);
    }

    /** Tells Redis each second what it missed; only while there is something does it cost anything. */
    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService reservationWriter(Reservations reservations) {
        var writer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("reservation-writer").daemon().factory());
        var _ = writer.scheduleWithFixedDelay(
                () -> {
                    try {
                        reservations.writeBack();
                    } catch (RuntimeException e) {
                        LOGGER.atError().setCause(e).log("reservations could not be written back; trying again");
                    }
                },
                1,
                1,
                TimeUnit.SECONDS);
        return writer;
    }

    @Bean
    Uploads uploads(
            Reservations reservations,
            RedisStore store,
            FreshResults results,
            KnownPredictions predictions,
            PayloadStore payloads,
            KafkaOperations<byte[], byte[]> kafka,
            KafkaProperties producer,
            Clock clock,
            MeterRegistry meters,
            CollectorProperties properties) {
        requireLonger(properties.sendTimeout(), producer.buildProducerProperties());
        return new Uploads(
                reservations,
                store,
                results,
                predictions,
                new Payloads(payloads, properties.inlineLimit(), properties.payloadRetention(), clock),
                new UploadSender(kafka, clock, properties.sendTimeout(), meters),
                clock,
                new Uploads.Retention(
                        properties.sendTimeout(), properties.resultRetention(), properties.reservationRetention()));
    }

    @Bean
    Erasure erasure(
            Uploads uploads,
            Reservations reservations,
            RedisStore store,
            KnownPredictions predictions,
            PayloadStore payloads,
            Erasures erasures) {
        return new Erasure(uploads, reservations, store, predictions, payloads, erasures);
    }

    @Bean
    ContentKeys contentKeys(PipelineCatalog pipelines, ModelsProperties models, Caches caches) {
        return new ContentKeys(pipelines, models.repository(), caches.scope());
    }

    @Bean
    KnownPredictions knownPredictions(ContentKeys keys, Caches caches) {
        return new KnownPredictions(keys, caches.create(PredictionCodec.PREFIX, new PredictionCodec()));
    }

    @Bean
    Feedbacks feedbacks(
            Uploads uploads,
            PipelineCatalog pipelines,
            ContentKeys keys,
            KafkaOperations<byte[], byte[]> kafka,
            Clock clock,
            CollectorProperties properties) {
        return new Feedbacks(uploads, pipelines, keys, kafka, clock, properties.sendTimeout());
    }

    /** Or a send could be given up here that the producer has yet to end, and its id be freed too early. */
    static void requireLonger(Duration sendTimeout, Map<String, Object> producer) {
        var longest = Duration.ZERO;
        for (String name : List.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)) {
            var millis = producer.getOrDefault(
                    name, ProducerConfig.configDef().defaultValues().get(name));
            longest = longest.plusMillis(Long.parseLong(String.valueOf(millis)));
        }
        if (sendTimeout.compareTo(longest) <= 0) {
            throw new IllegalStateException(
                    "millrace.collector.send-timeout: %s (expected: more than the producer's max.block.ms and delivery.timeout.ms together, %s)"
                            .formatted(sendTimeout, longest));
        }
    }

    @Bean
    BodyReader bodyReader(MeterRegistry meters, CollectorProperties properties) {
        var bodies = new BodyReader((int) properties.maxBufferedBodies().toBytes(), properties.bodyTimeout());
        Gauge.builder("millrace.collector.buffered.bodies", bodies, BodyReader::buffered)
                .description("Memory held by request bodies")
                .baseUnit("bytes")
                .register(meters);
        return bodies;
    }

    @Bean
    UploadReader uploadReader(
            PipelineCatalog pipelines, TopicCatalog topics, BodyReader bodies, CollectorProperties properties) {
        if (pipelines.find(properties.defaultPipeline()).isEmpty()) {
            throw new IllegalStateException(
                    "millrace.collector.default-pipeline: '%s' (expected: one of the model repository's)"
                            .formatted(properties.defaultPipeline()));
        }
        return new UploadReader(
                pipelines,
                properties.defaultPipeline(),
                bodies,
                (int) properties.maxJsonBody().toBytes(),
                longestLifetime(topics));
    }

    /** Half the shortest retention of the lanes' topics, so that a lane may stand for as long again and lose nothing. */
    private static Duration longestLifetime(TopicCatalog topics) {
        return Topics.LANE_TOPICS.stream()
                .map(name -> topics.topic(name).retention())
                .min(Duration::compareTo)
                .orElseThrow()
                .dividedBy(2);
    }

    /** Runs before the service is ready, so that the first upload finds everything connected. */
    @Bean
    ApplicationRunner warmUp(KafkaOperations<byte[], byte[]> kafka) {
        return arguments -> {
            try {
                kafka.partitionsFor(Topics.UPLOADS);
            } catch (KafkaException | org.apache.kafka.common.KafkaException e) {
                LOGGER.atWarn().addKeyValue("cause", e.toString()).log("Kafka is not there; not ready before it is");
            }
        };
    }

    @Bean
    RequestFilter requestFilter(MeterRegistry meters) {
        return new RequestFilter(meters, new SecureRandom());
    }

    @Bean
    TopicsHealthIndicator topicsHealthIndicator(KafkaProperties kafka, TopicCatalog topics) {
        return TopicsHealthIndicator.create(kafka.buildAdminProperties(), topics);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> connectorLimits() {
        TomcatConnectorCustomizer limits = connector -> {
            if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
                // A client that asks first (Expect: 100-continue) learns of a refusal before it sends the body.
                http.setContinueResponseTiming("onRead");
            }
        };
        return factory -> factory.addConnectorCustomizers(limits);
    }
}
