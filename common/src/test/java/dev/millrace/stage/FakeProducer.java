package dev.millrace.stage;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Map<CompletableFuture<RecordMetadata>, RuntimeException> late = new LinkedHashMap<>();

    /** Whether refusals wait for the next flush, as the broker's do; the client's own come at once. */
    boolean refusesLate;

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
        if (refused == null) {
            return super.send(record, callback);
        }
        var send = new CompletableFuture<RecordMetadata>();
        late.put(send, refused);
        if (!refusesLate) {
            refuse();
        }
        return send;
    }

    @Override
    public synchronized void flush() {
        super.flush();
        refuse();
    }

    private void refuse() {
        late.forEach(CompletableFuture::completeExceptionally);
        late.clear();
    }

    /** What was acknowledged on a topic, in order. */
    List<ProducerRecord<byte[], byte[]>> sent(String topic) {
        return history().stream().filter(record -> record.topic().equals(topic)).toList();
    }
}
