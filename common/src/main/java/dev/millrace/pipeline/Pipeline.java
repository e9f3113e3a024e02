package dev.millrace.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of upload becomes a result.
 *
 * @param name lower-case letters, digits and dashes, at most 64; what apps name in their uploads
 * @param contentTypes media types it takes, without parameters
 * @param maxContentBytes largest content it takes, in bytes, 1 to 1 MiB
 * @param deadline how long an upload is of use when its app does not say, more than zero
 * @param parser what reads the content: {@code mail}
 * @param features the engineered feature set, or null ({@code features: ~}) if the model takes none
 * @param positiveLabel the label whose probability is the result's score
 * @param threshold the score from which the positive label is chosen, 0 to 1
 */
public record Pipeline(
        String name,
        String description,
        List<String> contentTypes,
        int maxContentBytes,
        Duration deadline,
        String parser,
        Encoder encoder,
        @Nullable String features,
        Model model,
        String positiveLabel,
        double threshold) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final int LARGEST_CONTENT = 1 << 20;

    public Pipeline {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name: '%s' (expected: lower-case letters, digits, dashes)".formatted(name));
        }
        contentTypes = List.copyOf(contentTypes);
        if (contentTypes.isEmpty()) {
            throw new IllegalArgumentException("content-types: [] (expected: at least one media type)");
        }
        if (maxContentBytes < 1 || maxContentBytes > LARGEST_CONTENT) {
            throw new IllegalArgumentException(
                    "max-content-bytes: %d (expected: 1 to %d)".formatted(maxContentBytes, LARGEST_CONTENT));
        }
        if (!deadline.isPositive()) {
            throw new IllegalArgumentException("deadline: %s (expected: more than zero)".formatted(deadline));
        }
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold: %s (expected: 0 to 1)".formatted(threshold));
        }
    }

    /**
     * The model that embeds the text.
     *
     * @param maxTokens tokens it is given at the most, the special ones included, 3 to 512
     */
    public record Encoder(String name, String version, int maxTokens) {
        public Encoder {
            if (maxTokens < 3 || maxTokens > 512) {
                throw new IllegalArgumentException("encoder.max-tokens: %d (expected: 3 to 512)".formatted(maxTokens));
            }
        }
    }

    /** The model that answers. */
    public record Model(String name, String version) {}
}
