package dev.millrace.monitoring.flow;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Hop;
import dev.millrace.contract.Origin;
import dev.millrace.contract.UploadResult;
import dev.millrace.drift.window.RowFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of one of the lane topics, decoded.
 *
 * @param at the record's timestamp
 * @param origin where its upload stands, or null on {@code uploads.received.v1}, where its own place is the origin
 * @param hops times of each hop so far, the sender's last
 */
public record Observed(
        String topic, int lane, Instant at, @Nullable Origin origin, List<Hop> hops, Body body) {

    public Observed {
        hops = List.copyOf(hops);
    }

    /** What the record carries. */
    public sealed interface Body {}

    public record Uploaded() implements Body {}

    /**
     * @param inputs the upload's numbers by name: the engineered features, text_length, token_count and
     *     unknown_token_share
     * @param contentType as the app declared it, empty if unknown
     * @param facts about the data
     * @param embedding of the text, as it came: FLOAT32, little-endian; empty if there is none
     */
    public record Extracted(
            String pipeline, Map<String, Double> inputs, String contentType, RowFacts facts, ByteString embedding)
            implements Body {
        public Extracted {
            inputs = Map.copyOf(inputs);
        }
    }

    /** @param probabilities by label */
    public record Predicted(String pipeline, String model, String version, Map<String, Double> probabilities)
            implements Body {
        public Predicted {
            probabilities = Map.copyOf(probabilities);
        }
    }

    /**
     * An upload on its way whose prediction was known before.
     *
     * @param facts about the data
     */
    public record Known(RowFacts facts) implements Body {}

    /**
     * A failure on its way to its result.
     *
     * @param embedding whether an embedding is at fault that is not finite
     */
    public record Failed(boolean embedding) implements Body {}

    /** An expiry on its way to its result. */
    public record Expired() implements Body {}

    public record Published(UploadResult result) implements Body {}
}
