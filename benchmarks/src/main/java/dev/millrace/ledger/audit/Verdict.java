package dev.millrace.ledger.audit;

import dev.millrace.ledger.audit.Anomaly.Kind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What an audit found.
 *
 * @param accepted uploads that the client was told are safe
 * @param unknown uploads of which the client never learned; they may have one result or none
 * @param unknownAnswered those of them that have a result
 * @param results committed results
 * @param aborted records in the results topic that were never committed: what faults left behind
 * @param repeatedUploads uploads that collector wrote more than once, each of which has one result all the same
 * @param orderedPairs pairs of results of one key that had to be in order, so that the check says something
 * @param statuses results by status, failures by code
 */
public record Verdict(
        int posted,
        int accepted,
        int unknown,
        int unknownAnswered,
        int refused,
        int results,
        long aborted,
        int repeatedUploads,
        long orderedPairs,
        Map<String, Integer> statuses,
        List<Anomaly> anomalies) {
    public Verdict {
        statuses = Map.copyOf(statuses);
        anomalies = List.copyOf(anomalies);
    }

    public boolean isClean() {
        return anomalies.isEmpty();
    }

    /** How many there are of each kind, none included. */
    public Map<Kind, Integer> counts() {
        var counts = new EnumMap<Kind, Integer>(Kind.class);
        for (var kind : Kind.values()) {
            counts.put(kind, 0);
        }
        anomalies.forEach(anomaly -> counts.merge(anomaly.kind(), 1, Integer::sum));
        return counts;
    }
}
