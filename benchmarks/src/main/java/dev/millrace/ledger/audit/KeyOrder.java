package dev.millrace.ledger.audit;

import dev.millrace.ledger.audit.Anomaly.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The order of the results of one key. Two uploads have an order if one was accepted before the other was first sent;
 * of two that were under way together either may come first.
 */
final class KeyOrder {
    private KeyOrder() {}

    /**
     * Adds an anomaly for each result that comes after one which had to come after it.
     *
     * @return how many pairs of neighbours had an order
     */
    static long check(
            List<ResultRecord> committed,
            Function<ResultRecord, @Nullable JournalEntry> entries,
            List<Anomaly> anomalies) {
        var byKey = new LinkedHashMap<String, List<JournalEntry>>();
        for (var record : committed) {
            var entry = entries.apply(record);
            if (entry != null && entry.key() != null) {
                byKey.computeIfAbsent(entry.key(), key -> new ArrayList<>()).add(entry);
            }
        }
        long pairs = 0;
        for (var results : byKey.values()) {
            // The one that was sent last of those so far: none accepted before that may still come.
            var latest = results.getFirst();
            for (var entry : results.subList(1, results.size())) {
                if (entry.precedes(latest)) {
                    anomalies.add(new Anomaly(
                            Kind.REORDERED,
                            String.valueOf(entry.id()),
                            "key %s: number %d comes after number %d"
                                    .formatted(entry.key(), entry.order(), latest.order())));
                } else if (latest.precedes(entry)) {
                    pairs++;
                }
                if (entry.sentAt() > latest.sentAt()) {
                    latest = entry;
                }
            }
        }
        return pairs;
    }
}
