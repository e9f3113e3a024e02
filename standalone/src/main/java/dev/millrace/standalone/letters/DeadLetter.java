package dev.millrace.standalone.letters;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a dead letter without its body.
 *
 * @param id the same for each copy of a letter; null for an operator's audit record
 * @param topic dead-letter topic
 * @param offset in the dead-letter topic
 * @param source topic of the original
 * @param origin of the upload, where an earlier stage had set it
 * @param upload null if the original did not say
 * @param model digest of the model that was in use, if one was
 */
public record DeadLetter(
        @Nullable String id,
        String topic,
        int lane,
        long offset,
        Instant writtenAt,
        String stage,
        String code,
        String detail,
        String source,
        @Nullable Origin origin,
        @Nullable UUID upload,
        int attempt,
        @Nullable String model) {

    static DeadLetter of(ConsumerRecord<byte[], byte[]> letter) {
        return new DeadLetter(
                text(letter, Headers.DEAD_LETTER_ID),
                letter.topic(),
                letter.partition(),
                letter.offset(),
                Instant.ofEpochMilli(letter.timestamp()),
                orDash(text(letter, Headers.DEAD_LETTER_STAGE)),
                orDash(text(letter, Headers.DEAD_LETTER_CODE)),
                orDash(text(letter, Headers.DEAD_LETTER_DETAIL)),
                orDash(text(letter, Headers.DEAD_LETTER_SOURCE)),
                origin(text(letter, Headers.ORIGIN)),
                upload(text(letter, Headers.UPLOAD_ID)),
                attempt(text(letter, Headers.ATTEMPT)),
                text(letter, Headers.DEAD_LETTER_MODEL));
    }

    private static @Nullable String text(ConsumerRecord<byte[], byte[]> letter, String header) {
        return Headers.text(letter.headers(), header);
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private static @Nullable Origin origin(@Nullable String text) {
        try {
            return text == null ? null : Origin.parse(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable UUID upload(@Nullable String text) {
        try {
            return text == null ? null : UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** 0 if it is not a number of at least 1. */
    private static int attempt(@Nullable String text) {
        try {
            return text == null ? 0 : Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
