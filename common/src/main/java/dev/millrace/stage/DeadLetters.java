package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.ModelReference;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Makes copies of records that cannot be processed: the original's bytes, key and headers, and why. A letter is
 * acknowledged before the outcome that names it is sent; a letter that no published result names stands for nothing.
 */
final class DeadLetters {
    private static final int LONGEST_DETAIL = 512;

    private final String service;
    private final String group;
    private final Supplier<@Nullable ModelReference> model;

    DeadLetters(String service, String group, Supplier<@Nullable ModelReference> model) {
        this.service = service;
        this.group = group;
        this.model = model;
    }

    /** The letter's id: the same each time the record is worked on. */
    String id(ConsumerRecord<byte[], byte[]> record) {
        return "%s/%d/%d".formatted(Topics.deadLetters(record.topic(), group), record.partition(), record.offset());
    }

    Future<RecordMetadata> send(
            Producer<byte[], byte[]> producer, ConsumerRecord<byte[], byte[]> record, ErrorCode code, String detail) {
        var letter = new ProducerRecord<>(
                Topics.deadLetters(record.topic(), group), record.partition(), record.key(), record.value());
        record.headers().forEach(letter.headers()::add);
        Headers.set(letter.headers(), Headers.DEAD_LETTER_ID, id(record));
        Headers.set(letter.headers(), Headers.DEAD_LETTER_CODE, code.name());
        Headers.set(letter.headers(), Headers.DEAD_LETTER_DETAIL, cut(detail));
        Headers.set(letter.headers(), Headers.DEAD_LETTER_STAGE, service);
        Headers.set(
                letter.headers(),
                Headers.DEAD_LETTER_SOURCE,
                "%s/%d/%d".formatted(record.topic(), record.partition(), record.offset()));
        ModelReference reference = model.get();
        if (reference != null) {
            Headers.set(letter.headers(), Headers.DEAD_LETTER_MODEL, reference.getDigest());
        }
        return producer.send(letter);
    }

    static String cut(String detail) {
        return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + "…";
    }
}
