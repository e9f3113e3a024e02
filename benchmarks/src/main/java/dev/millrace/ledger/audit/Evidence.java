package dev.millrace.ledger.audit;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Everything an audit goes by. The journal is the truth; all else comes from the system.
 *
 * @param seen results in the order in which a reader of committed records got them while the run went on
 * @param committed results that a second such reader got after the run, each lane in its order
 * @param uncommitted records that a reader of uncommitted records got after the run
 * @param uploads the uploads topic, each lane in its order
 * @param shown what the HTTP API told of each upload whose result was seen
 */
public record Evidence(
        List<JournalEntry> journal,
        List<ResultRecord> seen,
        List<ResultRecord> committed,
        long uncommitted,
        List<UploadRecord> uploads,
        Map<UUID, ApiView> shown) {
    public Evidence {
        journal = List.copyOf(journal);
        seen = List.copyOf(seen);
        committed = List.copyOf(committed);
        uploads = List.copyOf(uploads);
        shown = Map.copyOf(shown);
    }
}
