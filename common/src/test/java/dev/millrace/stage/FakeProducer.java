package dev.millrace.stage;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A producer whose sends are acknowledged, but for those that the test refuses. */
class FakeProducer extends MockProducer<byte[], byte[]> {
    private final Function<ProducerRecord<byte[], byte[]>, @Nullable RuntimeException> refusal;

    FakeProducer() {
        this(record -> null);
    }

    FakeProducer(Function<ProducerRecord<byte[], byte[]>, @Nullable RuntimeException> refusal) {
        super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        this.refusal = refusal;
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        RuntimeException refused = refusal.apply(record);
        return refused == null ? super.send(record, callback) : CompletableFuture.failedFuture(refused);
    }

    /** What was acknowledged on a topic, in order. */
    List<ProducerRecord<byte[], byte[]>> sent(String topic) {
        return history().stream().filter(record -> record.topic().equals(topic)).toList();
    }
}
