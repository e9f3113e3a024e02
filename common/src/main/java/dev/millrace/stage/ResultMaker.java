package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.v1.OutcomeFailed;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Makes the results of a {@link PublishingStage}; a record that cannot become one becomes a failure and a dead letter. */
final class ResultMaker {
    private final PublishingDefinition definition;
    private final DeadLetters deadLetters;
    private final Supplier<Producer<byte[], byte[]>> deadLetterProducers;
    private final StageMeters meters;

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
        var published = new RecordHeaders();
        UploadHeaders.copy(record.headers(), published);
        if (headers.problem() != null) {
            headers.write(published);
        }
        byte[] body = body(record, headers, receivedAt, published);
        return new ProducerRecord<>(definition.outputTopic(), record.partition(), null, record.key(), body, published);
    }

    private byte[] body(
            ConsumerRecord<byte[], byte[]> record, UploadHeaders headers, Instant receivedAt, RecordHeaders published) {
        ErrorCode code = ErrorCode.UNDECODABLE_RECORD;
        String detail = headers.problem();
        if (detail == null && record.value() == null) {
            detail = "body: absent";
        }
        try {
            if (detail == null) {
                var kind = OutcomeKind.of(Headers.text(record.headers(), Headers.OUTCOME));
                byte[] body = kind == OutcomeKind.VALUE
                        ? definition.results().succeeded(headers, record.value(), receivedAt, published)
                        : definition.results().ended(headers, kind, record.value(), receivedAt, published);
                if (body.length <= definition.maxResultBytes()) {
                    return body;
                }
                code = ErrorCode.RESULT_TOO_LARGE;
                detail = "result: %d bytes (expected: at most %d)".formatted(body.length, definition.maxResultBytes());
            }
        } catch (PermanentFailureException e) {
            code = e.code();
            detail = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            detail = String.valueOf(e.getMessage());
        }
        keepDeadLetter(record, code, detail);
        byte[] failed = OutcomeFailed.newBuilder()
                .setCode(code.name())
                .setDetail(DeadLetters.cut(detail))
                .setStage(definition.service())
                .setDeadLetter(deadLetters.id(record))
                .build()
                .toByteArray();
        return definition.results().ended(headers, OutcomeKind.FAILED, failed, receivedAt, published);
    }

    /** Keeps a record that has no place on the lane. */
    void keepUnlinked(ConsumerRecord<byte[], byte[]> record) {
        keepDeadLetter(record, ErrorCode.UNDECODABLE_RECORD, "no valid lane headers");
    }

    /** Outside the transaction and acknowledged before it: a letter that no published result names stands for nothing. */
    private void keepDeadLetter(ConsumerRecord<byte[], byte[]> record, ErrorCode code, String detail) {
        meters.deadLetter(code.name());
        try (var letters = deadLetterProducers.get()) {
            deadLetters.send(letters, record, code, detail).get();
        } catch (ExecutionException e) {
            throw new TransientFailureException("a dead letter was not acknowledged", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailureException("interrupted while keeping a dead letter", e);
        }
    }
}
