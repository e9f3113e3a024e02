package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.v1.OutcomeExpired;
import dev.millrace.contract.v1.OutcomeFailed;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the results of a {@link PublishingStage}; a record that cannot become one becomes a failure and a dead letter. */
final class ResultMaker {
    private static final Logger LOGGER = LoggerFactory.getLogger(ResultMaker.class);
    /** In bytes. A key has its part of the largest message, which the transaction could never get over. */
    private static final int LONGEST_KEY = 16 << 10;

    private final PublishingDefinition definition;
    private final DeadLetters deadLetters;
    private final Supplier<Producer<byte[], byte[]>> deadLetterProducers;
    private final StageMeters meters;
    private @Nullable Producer<byte[], byte[]> letters;

    ResultMaker(
            PublishingDefinition definition,
            Supplier<Producer<byte[], byte[]>> deadLetterProducers,
            StageMeters meters) {
        this.definition = definition;
        this.deadLetters = new DeadLetters(definition.service(), definition.group(), () -> null);
        this.deadLetterProducers = deadLetterProducers;
        this.meters = meters;
    }

    /** The result of a record: what it says, or why that cannot be published. */
    ProducerRecord<byte[], byte[]> make(
            ConsumerRecord<byte[], byte[]> record, UploadHeaders headers, Instant receivedAt) {
        ErrorCode code = ErrorCode.UNDECODABLE_RECORD;
        String detail;
        try {
            detail = headers.problem();
            if (detail == null && record.value() == null) {
                detail = "body: absent";
            }
            if (detail == null) {
                var result = result(record, headers, published -> body(record, headers, receivedAt, published));
                if (result.value().length <= definition.maxResultBytes()) {
                    return result;
                }
                code = ErrorCode.RESULT_TOO_LARGE;
                detail = "result: %d bytes (expected: at most %d)"
                        .formatted(result.value().length, definition.maxResultBytes());
            }
        } catch (PermanentFailureException e) {
            code = e.code();
            detail = String.valueOf(e.getMessage());
        } catch (TransientFailureException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | LinkageError e) {
            LOGGER.atWarn()
                    .addKeyValue("uploadId", headers.uploadId())
                    .setCause(e)
                    .log("no result could be made");
            code = ErrorCode.INTERNAL_ERROR;
            detail = "unexpected %s".formatted(e.getClass().getSimpleName());
        }
        byte[] failed = OutcomeFailed.newBuilder()
                .setCode(code.name())
                .setDetail(DeadLetters.cut(detail))
                .setStage(definition.service())
                .setDeadLetter(keepDeadLetter(record, code, detail) ? deadLetters.id(record) : "")
                .build()
                .toByteArray();
        return result(record, headers, published -> definition
                .results()
                .ended(headers, OutcomeKind.FAILED, failed, receivedAt, published));
    }

    private byte[] body(
            ConsumerRecord<byte[], byte[]> record, UploadHeaders headers, Instant receivedAt, RecordHeaders published) {
        OutcomeKind kind;
        try {
            kind = OutcomeKind.of(Headers.text(record.headers(), Headers.OUTCOME));
        } catch (IllegalArgumentException e) {
            throw new PermanentFailureException(ErrorCode.UNDECODABLE_RECORD, String.valueOf(e.getMessage()));
        }
        if (kind != OutcomeKind.VALUE) {
            return definition.results().ended(headers, kind, record.value(), receivedAt, published);
        }
        if (headers.expiredAt(receivedAt)) {
            byte[] expired = OutcomeExpired.newBuilder()
                    .setStage(definition.service())
                    .build()
                    .toByteArray();
            return definition.results().ended(headers, OutcomeKind.EXPIRED, expired, receivedAt, published);
        }
        return definition.results().succeeded(headers, record.value(), receivedAt, published);
    }

    private ProducerRecord<byte[], byte[]> result(
            ConsumerRecord<byte[], byte[]> record, UploadHeaders headers, Function<RecordHeaders, byte[]> body) {
        var published = new RecordHeaders();
        UploadHeaders.copy(record.headers(), published);
        if (headers.problem() != null) {
            headers.write(published);
        }
        byte[] key = record.key() == null || record.key().length <= LONGEST_KEY ? record.key() : null;
        return new ProducerRecord<>(
                definition.outputTopic(), record.partition(), null, key, body.apply(published), published);
    }

    /** Keeps a record that has no place on the lane. */
    void keepUnlinked(ConsumerRecord<byte[], byte[]> record) {
        boolean unused = keepDeadLetter(record, ErrorCode.UNDECODABLE_RECORD, "no valid lane headers");
    }

    /**
     * Outside the transaction and acknowledged before it: a letter that no published result names stands for nothing.
     *
     * @return whether it was kept; not if the broker will never take it
     */
    private boolean keepDeadLetter(ConsumerRecord<byte[], byte[]> record, ErrorCode code, String detail) {
        meters.deadLetter(code.name());
        if (letters == null) {
            letters = deadLetterProducers.get();
        }
        RuntimeException refused = Refusals.of(deadLetters.send(letters, record, code, detail));
        if (refused == null) {
            return true;
        }
        if (Refusals.isForGood(refused)) {
            LOGGER.warn("{}: dead letter refused", deadLetters.id(record), refused);
            return false;
        }
        close();
        throw refused;
    }

    void close() {
        if (letters != null) {
            letters.close(Duration.ZERO);
            letters = null;
        }
    }
}
