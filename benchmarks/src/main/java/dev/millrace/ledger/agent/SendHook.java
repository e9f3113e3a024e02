package dev.millrace.ledger.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Called at the begin of each send, which may fail alone. */
public final class SendHook {
    /** A send that times out does so while those after it are under way. */
    private static final long TIMEOUT_MILLIS = 200;

    private static final Executor LATER = CompletableFuture.delayedExecutor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    /** Set while the hook itself sends. */
    private static final ThreadLocal<Boolean> OWN = ThreadLocal.withInitial(() -> false);

    private SendHook() {}

    /** @return what to return in place of sending; null if the record is to be sent as if there were no hook */
    public static <K, V> @Nullable Future<RecordMetadata> send(
            Producer<K, V> producer, ProducerRecord<K, V> record, @Nullable Callback callback) {
        if (OWN.get()) {
            return null;
        }
        var order = FaultHook.take(FaultPoint.BEFORE_SEND.title());
        if (order == null || !FaultHook.strikes(order)) {
            return null;
        }
        var outcome = new CompletableFuture<RecordMetadata>();
        if (order.deed() == Order.Deed.LOSE) {
            LATER.execute(() -> fail(outcome, callback));
            return outcome;
        }
        OWN.set(true);
        try {
            var _ = producer.send(record, (written, refused) -> fail(outcome, callback));
            return outcome;
        } finally {
            OWN.set(false);
        }
    }

    private static void fail(CompletableFuture<RecordMetadata> outcome, @Nullable Callback callback) {
        var failure = timeout(FaultPoint.BEFORE_SEND.title());
        if (callback != null) {
            callback.onCompletion(null, failure);
        }
        outcome.completeExceptionally(failure);
    }

    static RuntimeException timeout(String point) {
        return new TimeoutException("no answer of the broker (a fault that was put in at " + point + ")");
    }
}
