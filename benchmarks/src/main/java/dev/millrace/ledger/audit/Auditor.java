package dev.millrace.ledger.audit;

import dev.millrace.contract.Origin;
import dev.millrace.contract.UploadResult;
import dev.millrace.ledger.audit.Anomaly.Kind;
import dev.millrace.ledger.audit.JournalEntry.Fate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Holds the results against the client's journal. One audit each. */
public final class Auditor {
    private final Evidence evidence;
    private final Map<String, JournalEntry> byTrace = new HashMap<>();
    private final Map<UUID, JournalEntry> byId = new HashMap<>();
    /** Committed results of each upload that was posted, by its number. */
    private final Map<Integer, List<ResultRecord>> answers = new HashMap<>();

    private final List<Anomaly> anomalies = new ArrayList<>();

    private Auditor(Evidence evidence) {
        this.evidence = evidence;
        for (var entry : evidence.journal()) {
            byTrace.put(entry.traceId(), entry);
            if (entry.id() != null) {
                byId.put(entry.id(), entry);
            }
        }
    }

    public static Verdict audit(Evidence evidence) {
        return new Auditor(evidence).audit();
    }

    private Verdict audit() {
        attribute();
        findDuplicates();
        findLost();
        findAbortedReads();
        findUnseen();
        findHolesInLanes();
        long pairs = KeyOrder.check(evidence.committed(), this::entryOf, anomalies);
        findMixUps();
        findFailures();
        return verdict(pairs);
    }

    /** Finds the upload of each result. */
    private void attribute() {
        for (var record : evidence.committed()) {
            var entry = entryOf(record);
            if (entry == null) {
                add(Kind.FOREIGN, record.result().id(), record.place());
                continue;
            }
            answers.computeIfAbsent(entry.number(), number -> new ArrayList<>()).add(record);
            if (!entry.traceId().equals(record.result().traceId())
                    || (entry.id() != null && !entry.id().equals(record.result().id()))) {
                add(
                        Kind.MIXED_UP,
                        record.result().id(),
                        "%s: trace %s (expected: %s)"
                                .formatted(record.place(), record.result().traceId(), entry.traceId()));
            }
        }
        for (var upload : evidence.uploads()) {
            if (!byId.containsKey(upload.id()) && !byTrace.containsKey(upload.traceId())) {
                add(Kind.FOREIGN, upload.id(), "uploads, lane %d, offset %d".formatted(upload.lane(), upload.offset()));
            }
        }
    }

    private @Nullable JournalEntry entryOf(ResultRecord record) {
        var accepted = byId.get(record.result().id());
        if (accepted != null) {
            return accepted;
        }
        String trace = record.result().traceId();
        var entry = trace == null ? null : byTrace.get(trace);
        // One that was accepted is known by its id: another id under its trace is nobody's.
        return entry == null || entry.fate() == Fate.ACCEPTED ? null : entry;
    }

    private void findDuplicates() {
        var places = new LinkedHashMap<String, List<String>>();
        for (var record : evidence.committed()) {
            // Nobody asked for a second attempt, so it is one result too many as well.
            places.computeIfAbsent(record.result().id().toString(), id -> new ArrayList<>())
                    .add(record.place());
        }
        places.forEach((id, found) -> {
            if (found.size() > 1) {
                anomalies.add(new Anomaly(Kind.DUPLICATE, id, String.join("; ", found)));
            }
        });
    }

    private void findLost() {
        var lost = new HashSet<UUID>();
        for (var entry : evidence.journal()) {
            if (entry.id() != null && !answers.containsKey(entry.number())) {
                lost.add(entry.id());
                add(
                        Kind.LOST,
                        entry.id(),
                        "upload %d, accepted after %.3f s".formatted(entry.number(), entry.settledAt() / 1e9));
            }
        }
        var answered = ids(evidence.committed());
        for (var upload : evidence.uploads()) {
            if (!answered.contains(upload.id()) && lost.add(upload.id())) {
                add(
                        Kind.LOST,
                        upload.id(),
                        "in the uploads topic, lane %d, offset %d".formatted(upload.lane(), upload.offset()));
            }
        }
    }

    private void findAbortedReads() {
        var committed =
                evidence.committed().stream().collect(Collectors.toMap(ResultRecord::place, ResultRecord::digest));
        for (var record : evidence.seen()) {
            if (!record.digest().equals(committed.get(record.place()))) {
                add(Kind.ABORTED_READ, record.result().id(), "read while the run went on: " + record.place());
            }
        }
        var bodies = evidence.committed().stream()
                .collect(Collectors.groupingBy(
                        record -> record.result().id(), Collectors.mapping(ResultRecord::digest, Collectors.toSet())));
        evidence.shown().forEach((id, view) -> {
            if (view instanceof ApiView.Shown(var digest)
                    && !bodies.getOrDefault(id, Set.of()).contains(digest)) {
                add(Kind.ABORTED_READ, id, "the HTTP API showed a result that is not on the topic");
            }
        });
    }

    private void findUnseen() {
        for (var entry : evidence.journal()) {
            if (entry.id() != null && answers.containsKey(entry.number())) {
                switch (evidence.shown().get(entry.id())) {
                    case null -> add(Kind.UNSEEN, entry.id(), "the HTTP API was not asked");
                    case ApiView.NotShown(var last) ->
                        add(Kind.UNSEEN, entry.id(), "the HTTP API's last word: " + last);
                    case ApiView.Shown ignored -> {}
                }
            }
        }
    }

    /**
     * Results of a lane come in the order of their uploads, and between two neighbours there is no upload but copies of
     * what was published before. A transaction of which a part is missing leaves a hole.
     */
    private void findHolesInLanes() {
        var uploads = evidence.uploads().stream()
                .collect(Collectors.groupingBy(
                        UploadRecord::lane,
                        Collectors.toMap(UploadRecord::offset, upload -> upload, (a, b) -> a, TreeMap::new)));
        var results = evidence.committed().stream().collect(Collectors.groupingBy(ResultRecord::lane));
        results.forEach((lane, records) -> {
            var published = new HashSet<String>();
            Origin last = null;
            for (var record : records) {
                var origin = record.origin();
                if (origin == null) {
                    add(Kind.FOREIGN, record.result().id(), record.place() + ": no origin");
                    continue;
                }
                if (last != null && origin.comparedTo(last) != Origin.Order.NEWER) {
                    add(
                            Kind.REORDERED,
                            record.result().id(),
                            "%s: origin %s after %s".formatted(record.place(), origin, last));
                } else {
                    long from = last == null ? Long.MIN_VALUE : last.offset() + 1;
                    holes(uploads.getOrDefault(lane, new TreeMap<>()), from, origin.offset(), published, record);
                    last = origin;
                }
                published.add(record.attempt());
            }
        });
    }

    private void holes(
            TreeMap<Long, UploadRecord> lane, long from, long to, Set<String> published, ResultRecord before) {
        for (var upload : lane.subMap(from, to).values()) {
            if (!published.contains(upload.name())) {
                add(
                        Kind.TORN_BATCH,
                        upload.id(),
                        "no result in its place, at uploads offset %d, before %s"
                                .formatted(upload.offset(), before.place()));
            }
        }
    }

    private void findMixUps() {
        var scores = new HashMap<Integer, ResultRecord>();
        for (var record : evidence.committed()) {
            var entry = entryOf(record);
            Double score = record.result().score();
            if (entry == null || score == null) {
                continue;
            }
            var other = scores.putIfAbsent(entry.text(), record);
            if (other != null && !score.equals(other.result().score())) {
                add(
                        Kind.MIXED_UP,
                        record.result().id(),
                        "text %d: score %s at %s, but %s at %s"
                                .formatted(
                                        entry.text(),
                                        score,
                                        record.place(),
                                        other.result().score(),
                                        other.place()));
            }
        }
    }

    private void findFailures() {
        for (var record : evidence.committed()) {
            var result = record.result();
            switch (result.status()) {
                case SUCCEEDED -> {}
                case FAILED -> add(Kind.FAILED, result.id(), statusOf(result));
                case EXPIRED -> add(Kind.EXPIRED, result.id(), record.place());
            }
        }
        for (var entry : evidence.journal()) {
            if (entry.fate() == Fate.REFUSED) {
                anomalies.add(new Anomaly(Kind.REFUSED, entry.traceId(), "status " + entry.status()));
            }
        }
    }

    private Verdict verdict(long pairs) {
        var statuses = new TreeMap<String, Integer>();
        evidence.committed().forEach(record -> statuses.merge(statusOf(record.result()), 1, Integer::sum));
        var unknown = withFate(Fate.UNKNOWN);
        var written =
                evidence.uploads().stream().collect(Collectors.groupingBy(UploadRecord::name, Collectors.counting()));
        return new Verdict(
                evidence.journal().size(),
                withFate(Fate.ACCEPTED).size(),
                unknown.size(),
                (int) unknown.stream()
                        .filter(entry -> answers.containsKey(entry.number()))
                        .count(),
                withFate(Fate.REFUSED).size(),
                evidence.committed().size(),
                evidence.uncommitted() - evidence.committed().size(),
                (int) written.values().stream().filter(copies -> copies > 1).count(),
                pairs,
                statuses,
                anomalies);
    }

    private List<JournalEntry> withFate(Fate fate) {
        return evidence.journal().stream().filter(entry -> entry.fate() == fate).toList();
    }

    private static String statusOf(UploadResult result) {
        var error = result.error();
        return error == null ? result.status().name() : result.status() + " " + error.code();
    }

    private static Set<UUID> ids(Collection<ResultRecord> records) {
        return records.stream().map(record -> record.result().id()).collect(Collectors.toSet());
    }

    private void add(Kind kind, UUID upload, String detail) {
        anomalies.add(new Anomaly(kind, upload.toString(), detail));
    }
}
