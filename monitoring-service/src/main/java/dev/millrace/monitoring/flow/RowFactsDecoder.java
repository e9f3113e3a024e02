package dev.millrace.monitoring.flow;

import com.google.protobuf.ByteString;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.v1.ElementType;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.Tensor;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.RowFacts;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;

/** What records tell of their data besides the values. */
final class RowFactsDecoder {
    private static final String EMBEDDING = "embedding";

    private RowFactsDecoder() {}

    static RowFacts of(FeaturesExtracted event) {
        var faults = EnumSet.noneOf(Fault.class);
        long fingerprint = 0;
        for (var tensor : event.getTensorsList()) {
            if (tensor.getElementType() != ElementType.FLOAT32) {
                faults.add(Fault.TYPE_FLIP);
            } else if (tensor.getName().equals(EMBEDDING) && !isFinite(tensor)) {
                faults.add(Fault.INVALID_EMBEDDING);
            }
            fingerprint = 0x9E3779B97F4A7C15L * (fingerprint ^ tensor.getData().hashCode());
        }
        if (event.getTextLength() == 0) {
            faults.add(Fault.EMPTY_TEXT);
        }
        if (event.getGarbledCount() > 0) {
            faults.add(Fault.MOJIBAKE);
        }
        if (event.getTagCount() > 0) {
            faults.add(Fault.HTML_IN_TEXT);
        }
        return new RowFacts(
                RowFacts.Kind.INPUT,
                faults,
                event.getFeatureNamesCount() > 0 && !faults.contains(Fault.TYPE_FLIP),
                event.getContentKey().isEmpty() ? fingerprint : first(event.getContentKey()),
                event.getBodyLength() > 0 ? event.getBodyLength() : -1,
                event.getContentLength() > 0 ? event.getContentLength() : -1);
    }

    /** The bytes of the embedding, which are not copied; empty if there is none of FLOAT32. */
    static ByteString embedding(FeaturesExtracted event) {
        for (var tensor : event.getTensorsList()) {
            if (tensor.getName().equals(EMBEDDING) && tensor.getElementType() == ElementType.FLOAT32) {
                return tensor.getData();
            }
        }
        return ByteString.EMPTY;
    }

    static RowFacts of(OutcomeKnown event) {
        return new RowFacts(RowFacts.Kind.INPUT, Set.of(), false, first(event.getContentKey()), -1, -1);
    }

    /** Feature gives such uploads up itself, so that they reach nobody but as a failure. */
    static boolean isOfEmbedding(OutcomeFailed event) {
        return event.getCode().equals(ErrorCode.INVALID_MODEL_OUTPUT.name())
                && event.getDetail().startsWith(EMBEDDING);
    }

    private static boolean isFinite(Tensor tensor) {
        var values = tensor.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        while (values.hasRemaining()) {
            if (!Float.isFinite(values.get())) {
                return false;
            }
        }
        return true;
    }

    /** The first eight bytes of a key, or 0 if there is none. */
    private static long first(ByteString key) {
        return key.size() < Long.BYTES ? 0 : key.asReadOnlyByteBuffer().getLong();
    }
}
