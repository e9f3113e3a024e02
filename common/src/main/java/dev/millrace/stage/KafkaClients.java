package dev.millrace.stage;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/**
 * The Kafka clients of a stage, with the settings that the protocol rests on. They stand above what
 * {@code spring.kafka.*} says, which is for addresses and security.
 */
final class KafkaClients {
    static final int TRANSACTION_TIMEOUT_MS = 10_000;
    private static final int SESSION_TIMEOUT_MS = 10_000;
    /** A poll ends before that with a batch of work or enough in memory: see {@link PollLimit}. */
    private static final int MAX_POLL_RECORDS = 5000;

    /** A lane has one batch in a request; Kafka's 16 KiB would make hundreds of requests of a poll that is skipped. */
    private static final int BATCH_BYTES = 128 << 10;

    private static final int LARGEST_REQUEST = 4 << 20;

    private final KafkaProperties kafka;
    private final StageProperties stage;
    private final String instance;

    KafkaClients(KafkaProperties kafka, StageProperties stage, String instance) {
        this.kafka = kafka;
        this.stage = stage;
        this.instance = instance;
    }

    /** @param member number of the consumer in this process, from 0 */
    Map<String, Object> consumer(String group, int member) {
        var settings = new HashMap<>(kafka.buildConsumerProperties());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId(group, member));
        if (stage.staticMembership()) {
            settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, clientId(group, member));
        }
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return settings;
    }

    /** A consumer without a group, for reading a lane of the results topic. */
    Consumer<byte[], byte[]> reader(String group, int member) {
        var settings = consumer(group, member);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId(group, member) + "-reader");
        return new KafkaConsumer<>(settings);
    }

    Producer<byte[], byte[]> producer(String group, int member) {
        return new KafkaProducer<>(producerSettings(group, member));
    }

    /** The transactional id is stable over restarts, so that a restart ends what its predecessor left open. */
    Producer<byte[], byte[]> transactionalProducer(String group, int member) {
        var settings = producerSettings(group, member);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId(group, member) + "-publisher");
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, clientId(group, member));
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        return new KafkaProducer<>(settings);
    }

    Admin admin() {
        var settings = new HashMap<>(kafka.buildAdminProperties());
        settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "admin-" + instance);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return Admin.create(settings);
    }

    private Map<String, Object> producerSettings(String group, int member) {
        var settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, clientId(group, member));
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return settings;
    }

    private String clientId(String group, int member) {
        return "%s-%s-%d".formatted(group, instance, member);
    }
}
