package dev.millrace.collector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cache.CacheKey;
import dev.millrace.collector.UploadSender.Sent;
import dev.millrace.collector.store.Reservation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;

class UploadSenderTests {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    @Test
    void knowsThatARecordThatTheClientRefusedWasNotSent() {
        assertThat(send(() -> {
                    throw new KafkaException("Send failed", new RecordTooLargeException());
                }))
                .isInstanceOf(Sent.NotSent.class);
    }

    static List<RuntimeException> otherFailures() {
        return List.of(
                new IllegalStateException("Cannot perform operation after producer has been closed"),
                new org.apache.kafka.common.KafkaException("Failed to construct kafka producer"),
                new AuthenticationException("no"),
                new KafkaException("Send failed", new InterruptedException()));
    }

    @ParameterizedTest
    @MethodSource("otherFailures")
    void doesNotKnowAfterAnyOtherFailure(RuntimeException failure) {
        assertThat(send(() -> {
                    throw failure;
                }))
                .isInstanceOf(Sent.Unknown.class);
    }

    @Test
    void doesNotKnowOfARecordThatWasNotAcknowledgedInTime() {
        assertThat(send(() -> CompletableFuture.failedFuture(new TimeoutException("expired"))))
                .isInstanceOf(Sent.Unknown.class);
        assertThat(send(CompletableFuture::new)).isInstanceOf(Sent.Unknown.class);
    }

    private static Sent send(Supplier<CompletableFuture<SendResult<byte[], byte[]>>> answer) {
        var kafka =
                new KafkaTemplate<byte[], byte[]>(() -> {
                    throw new IllegalStateException("no producer is wanted");
                }) {
                    @Override
                    public CompletableFuture<SendResult<byte[], byte[]>> send(ProducerRecord<byte[], byte[]> record) {
                        return answer.get();
                    }
                };
        var pipeline = UploadTests.pipeline("spam");
        var upload = new Upload(
                "default",
                null,
                pipeline,
                "text/plain",
                UTF_8,
                new Upload.Content(new byte[1]),
                null,
                Duration.ofMinutes(1),
                Map.of());
        var reservation = new Reservation(
                UUID.randomUUID(), Reservation.State.SENDING, "spam", upload.digest(), NOW, NOW.plusSeconds(60), null);
        return new UploadSender(kafka, () -> NOW, Duration.ofMillis(10), new SimpleMeterRegistry())
                .send(
                        upload,
                        null,
                        reservation,
                        new KnownPredictions.Seen(CacheKey.builder().build(), null),
                        RequestTrace.of(null, RandomGenerator.getDefault()));
    }
}
