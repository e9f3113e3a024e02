package dev.millrace.ledger.audit;

import dev.millrace.contract.Origin;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.UploadResult.Status;
import dev.millrace.ledger.audit.Anomaly.Kind;
import dev.millrace.ledger.audit.JournalEntry.Fate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Six uploads on one lane, the even ones of one key, each with its result. */
abstract class GoodRun {
    static final int UPLOADS = 6;
    private static final Instant TIME = Instant.parse("2026-11-22T00:00:00Z");

    final List<JournalEntry> journal = new ArrayList<>();
    final List<UploadRecord> uploads = new ArrayList<>();
    final List<ResultRecord> seen = new ArrayList<>();
    final List<ResultRecord> committed = new ArrayList<>();
    final Map<UUID, ApiView> shown = new HashMap<>();
    long aborted;

    GoodRun() {
        for (int number = 0; number < UPLOADS; number++) {
            journal.add(accepted(number, number % 2 == 0 ? "even" : null));
            uploads.add(upload(number, number));
            publish(number, result(number, number, Status.SUCCEEDED));
        }
    }

    Verdict audit() {
        return Auditor.audit(new Evidence(journal, seen, committed, committed.size() + aborted, uploads, shown));
    }

    List<Kind> kinds() {
        return audit().anomalies().stream().map(Anomaly::kind).toList();
    }

    void publish(int offset, UploadResult result) {
        var record = record(0, offset, origin(offset), result);
        committed.add(record);
        seen.add(record);
        shown.put(result.id(), new ApiView.Shown(record.digest()));
    }

    /** As if everybody had seen what is committed now. */
    void showWhatIsCommitted() {
        seen.clear();
        seen.addAll(committed);
        committed.forEach(record -> shown.put(record.result().id(), new ApiView.Shown(record.digest())));
    }

    /** Takes the result of an upload away. */
    void forget(int number) {
        committed.removeIf(record -> record.result().id().equals(id(number)));
        seen.removeIf(record -> record.result().id().equals(id(number)));
        shown.remove(id(number));
    }

    static ResultRecord record(int lane, long offset, Origin origin, UploadResult result) {
        return new ResultRecord(lane, offset, origin, result, result.toString());
    }

    static UploadRecord upload(long offset, int number) {
        return new UploadRecord(0, offset, id(number), 1, trace(number));
    }

    /** Sent at 1000 times its number, accepted 100 later. */
    static JournalEntry accepted(int number, @Nullable String key) {
        return new JournalEntry(
                number,
                trace(number),
                key,
                number / 2,
                number,
                number * 1000L,
                number * 1000L,
                number * 1000L + 100,
                Fate.ACCEPTED,
                id(number),
                202,
                1);
    }

    static JournalEntry settled(int number, Fate fate) {
        return new JournalEntry(
                number,
                trace(number),
                null,
                0,
                number,
                number * 1000L,
                number * 1000L,
                number * 1000L + 100,
                fate,
                null,
                fate == Fate.REFUSED ? 422 : 0,
                3);
    }

    static UploadResult result(int offset, int number, Status status) {
        return result(offset, id(number), 1, trace(number), status, number / 10.0);
    }

    static UploadResult result(
            int offset, UUID id, int attempt, @Nullable String trace, Status status, @Nullable Double score) {
        boolean succeeded = status == Status.SUCCEEDED;
        var error = status == Status.FAILED
                ? new UploadResult.Error("INTERNAL_ERROR", "Internal error", "none", "feature", null)
                : null;
        return new UploadResult(
                id,
                attempt,
                "spam",
                status,
                succeeded ? "ham" : null,
                succeeded ? score : null,
                succeeded ? 0.5 : null,
                null,
                null,
                error,
                TIME,
                TIME.plusMillis(offset),
                List.of(),
                trace);
    }

    static Origin origin(long offset) {
        return new Origin("topic", 0, offset);
    }

    static UUID id(int number) {
        return new UUID(0, number);
    }

    static String trace(int number) {
        return "%032x".formatted(number);
    }
}
