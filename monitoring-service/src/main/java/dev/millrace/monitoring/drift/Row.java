package dev.millrace.monitoring.drift;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Origin;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.RowFacts;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a record tells of an upload.
 *
 * @param topic that held it
 * @param recorded when it was written
 * @param accepted when the upload was accepted: its event time
 * @param model that is to be compared with, as in {@code spam/2}
 * @param values by the name of the series
 * @param facts about the data
 * @param embedding of the upload's text, FLOAT32, little-endian; empty if the record has none
 */
record Row(
        String topic,
        Instant recorded,
        Instant accepted,
        Origin origin,
        UUID upload,
        String model,
        Map<String, Double> values,
        RowFacts facts,
        ByteString embedding) {

    /** The same, with nothing but a fault. */
    Row with(Fault fault) {
        return new Row(
                topic,
                recorded,
                accepted,
                origin,
                upload,
                model,
                Map.of(),
                RowFacts.of(facts.kind(), fault),
                ByteString.EMPTY);
    }

    /** The embedding's elements, or null if there is none; of no elements if its bytes are not whole ones. */
    float @Nullable [] vector() {
        if (embedding.isEmpty()) {
            return null;
        }
        var vector = new float[embedding.size() % Float.BYTES == 0 ? embedding.size() / Float.BYTES : 0];
        embedding
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(vector);
        return vector;
    }
}
