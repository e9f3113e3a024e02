package dev.millrace.contract;

import dev.millrace.contract.v1.ElementType;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.Tensor;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbers that drift is watched by, by the name of their series. */
public final class SeriesValues {
    public static final String SCORE = "score";
    /** 1 where the positive label is chosen, 0 for any other. */
    public static final String LABEL = "label";
    /** In UTF-16 units. */
    public static final String TEXT_LENGTH = "text_length";

    public static final String TOKEN_COUNT = "token_count";
    /** 0 to 1, of the tokens. */
    public static final String UNKNOWN_TOKEN_SHARE = "unknown_token_share";

    /** Name of the tensor that holds the engineered features. */
    private static final String FEATURES = "features";

    private SeriesValues() {}

    /**
     * Those of a prediction. Without a label if the score is not finite.
     *
     * @param threshold the score from which the positive label is chosen
     */
    public static Map<String, Double> of(double score, double threshold) {
        var values = new LinkedHashMap<String, Double>();
        values.put(SCORE, score);
        if (Double.isFinite(score)) {
            values.put(LABEL, score >= threshold ? 1.0 : 0.0);
        }
        return values;
    }

    /**
     * Those of an upload before it is scored: lengths, and the engineered features by their own names.
     *
     * @throws IllegalArgumentException if there are not as many features as names
     */
    public static Map<String, Double> of(FeaturesExtracted event) {
        var values = new LinkedHashMap<String, Double>();
        values.put(TEXT_LENGTH, (double) event.getTextLength());
        values.put(TOKEN_COUNT, (double) event.getTokenCount());
        if (event.getTokenCount() > 0) {
            values.put(UNKNOWN_TOKEN_SHARE, (double) event.getUnknownTokenCount() / event.getTokenCount());
        }
        for (var tensor : event.getTensorsList()) {
            if (tensor.getName().equals(FEATURES) && tensor.getElementType() == ElementType.FLOAT32) {
                putAll(values, event.getFeatureNamesList(), tensor);
            }
        }
        return values;
    }

    private static void putAll(Map<String, Double> values, List<String> names, Tensor tensor) {
        if (tensor.getData().size() != names.size() * Float.BYTES) {
            throw new IllegalArgumentException("features: %d bytes of %s (expected: %d of FLOAT32, one value a name)"
                    .formatted(tensor.getData().size(), tensor.getElementType(), names.size() * Float.BYTES));
        }
        var floats = tensor.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (String name : names) {
            values.put(name, (double) floats.getFloat());
        }
    }
}
