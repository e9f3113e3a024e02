package dev.millrace.standalone.letters;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which letters are meant; null means any.
 *
 * @param model begin of a model's digest
 */
public record DeadLetterFilter(
        @Nullable String stage,
        @Nullable String code,
        @Nullable String model,
        @Nullable UUID upload,
        Instant since,
        Instant until) {

    boolean matches(DeadLetter letter) {
        return (stage == null || stage.equals(letter.stage()))
                && (code == null || code.equals(letter.code()))
                && (model == null || (letter.model() != null && letter.model().startsWith(model)))
                && (upload == null || upload.equals(letter.upload()))
                && !letter.writtenAt().isBefore(since)
                && letter.writtenAt().isBefore(until);
    }
}
