package dev.millrace.collector;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.collector.KnownPredictions.Seen;
import dev.millrace.collector.store.Reservation;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Hop;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.PayloadReference;
import dev.millrace.contract.v1.UploadReceived;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaOperations;

/** Writes accepted uploads to {@code uploads.received.v1} and waits for all replicas' acknowledgement. Thread-safe. */
final class UploadSender {
    private static final String ATTEMPT = "1";

    private final KafkaOperations<byte[], byte[]> kafka;
    private final InstantSource clock;
    private final Duration timeout;
    private final MeterRegistry meters;

    /** @param timeout of the whole send, longer than the producer's own */
    UploadSender(KafkaOperations<byte[], byte[]> kafka, InstantSource clock, Duration timeout, MeterRegistry meters) {
        this.kafka = kafka;
        this.clock = clock;
        this.timeout = timeout;
        this.meters = meters;
    }

    /** How a send ended. */
    sealed interface Sent {
        /** All replicas in sync have it. */
        record Acknowledged() implements Sent {}

        /** It never left this process. */
        record NotSent(Throwable cause) implements Sent {}

        /** It may have been written, or may yet be. */
        record Unknown(Throwable cause) implements Sent {}
    }

    /** @param payload where the content lies, or null if it travels in its record */
    Sent send(
            Upload upload, @Nullable PayloadReference payload, Reservation reservation, Seen seen, RequestTrace trace) {
        var sample = Timer.start(meters);
        var sent = sendNow(message(upload, payload, reservation, seen, trace));
        sample.stop(Timer.builder("millrace.collector.send.duration")
                .description("Time until Kafka acknowledged an upload, or did not")
                .tag(
                        "outcome",
                        switch (sent) {
                            case Sent.Acknowledged acknowledged -> "acknowledged";
                            case Sent.NotSent notSent -> "not_sent";
                            case Sent.Unknown unknown -> "unknown";
                        })
                .register(meters));
        if (sent instanceof Sent.Acknowledged) {
            measure(upload);
        }
        return sent;
    }

    private Sent sendNow(ProducerRecord<byte[], byte[]> message) {
        try {
            var _ = kafka.send(message).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Sent.Acknowledged();
        } catch (KafkaException e) {
            // Thrown by send itself. What the client refuses before it queues a record (no metadata in time, no room in
            // its buffer, too large) is an ApiException, and nothing queued can end within that call for the same
            // reasons.
            return e.getCause() instanceof ApiException cause ? new Sent.NotSent(cause) : new Sent.Unknown(e);
        } catch (RuntimeException e) {
            // As from a producer that is closed or cannot be made: whether it took the record is not known.
            return new Sent.Unknown(e);
        } catch (ExecutionException e) {
            return new Sent.Unknown(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            return new Sent.Unknown(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Sent.Unknown(e);
        }
    }

    private void measure(Upload upload) {
        DistributionSummary.builder("millrace.collector.upload.size")
                .description("Content of accepted uploads")
                .baseUnit("bytes")
                .tag("pipeline", upload.pipeline().name())
                .tag("content.type", upload.contentType())
                .register(meters)
                .record(upload.content().bytes().length);
    }

    /** The record of an upload: its key decides the lane, so a repeat of the same upload lands on the same one. */
    ProducerRecord<byte[], byte[]> message(
            Upload upload, @Nullable PayloadReference payload, Reservation reservation, Seen seen, RequestTrace trace) {
        String id = reservation.id().toString();
        byte[] key = (upload.key() == null ? id : upload.key()).getBytes(US_ASCII);
        var body = seen.known() == null ? content(upload, payload, seen) : known(seen.known(), seen);
        var record = new ProducerRecord<>(Topics.UPLOADS, key, body);
        var headers = record.headers();
        if (seen.known() != null) {
            Headers.set(headers, Headers.OUTCOME, OutcomeKind.KNOWN.header());
        }
        Headers.set(headers, Headers.UPLOAD_ID, id);
        Headers.set(headers, Headers.ATTEMPT, ATTEMPT);
        Headers.set(headers, Headers.PIPELINE, upload.pipeline().name());
        Headers.set(
                headers,
                Headers.ACCEPTED_AT,
                Long.toString(reservation.acceptedAt().toEpochMilli()));
        Headers.set(
                headers, Headers.DEADLINE, Long.toString(reservation.deadline().toEpochMilli()));
        Headers.set(headers, Headers.SCHEMA, Headers.SCHEMA_VERSION);
        Headers.set(
                headers,
                Headers.HOPS,
                Hop.format(List.of(new Hop("collector", reservation.acceptedAt(), clock.instant()))));
        Headers.set(headers, Headers.TRACEPARENT, trace.traceparent());
        return record;
    }

    private static byte[] known(KnownPredictions.Known known, Seen seen) {
        var verdict = known.verdict();
        return OutcomeKnown.newBuilder()
                .setPrediction(known.prediction())
                .setLabel(verdict.label())
                .setScore(verdict.score())
                .setThreshold(verdict.threshold())
                .setContentKey(UnsafeByteOperations.unsafeWrap(seen.key().bytes()))
                .build()
                .toByteArray();
    }

    private static byte[] content(Upload upload, @Nullable PayloadReference payload, Seen seen) {
        var body = UploadReceived.newBuilder()
                .setPipeline(upload.pipeline().name())
                .setContentType(upload.contentType())
                .setCharset(
                        upload.charset().equals(UTF_8) ? "" : upload.charset().name())
                .putAllAttributes(upload.attributes())
                .setTenant(upload.tenant())
                .setContentKey(UnsafeByteOperations.unsafeWrap(seen.key().bytes()));
        if (payload == null) {
            body.setContent(UnsafeByteOperations.unsafeWrap(upload.content().bytes()));
        } else {
            body.setPayload(payload);
        }
        return body.build().toByteArray();
    }
}
