package dev.millrace.monitoring.drift;

import dev.millrace.contract.Origin;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.RowFacts;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What a record tells of an upload.
 *
 * @param topic that held it
 * @param recorded when it was written
 * @param accepted when the upload was accepted: its event time
 * @param model that is to be compared with, as in {@code spam/2}
 * @param values by the name of the series
 * @param facts about the data
 */
record Row(
        String topic,
        Instant recorded,
        Instant accepted,
        Origin origin,
        UUID upload,
        String model,
        Map<String, Double> values,
        RowFacts facts) {
    /** The same, with nothing but a fault. */
    Row with(Fault fault) {
        return new Row(topic, recorded, accepted, origin, upload, model, Map.of(), RowFacts.of(facts.kind(), fault));
    }
}
