package dev.millrace.stage;

import dev.millrace.contract.Origin;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the results topic itself says of a lane: the truth that committed metadata is checked against. */
interface PublishedLanes {

    /**
     * Reads a lane of the results topic, once no transaction is open on it.
     *
     * @param since from when to list the uploads
     * @throws TransientFailureException if the broker cannot say
     */
    Published read(int lane, Instant since);

    /**
     * What a lane of the results topic holds.
     *
     * @param everHeldARecord whether the lane ever held a committed record, even one that retention has since deleted
     * @param tail origin of its last committed record; null if it holds none
     * @param recent uploads published since the time asked for, oldest first
     */
    record Published(boolean everHeldARecord, @Nullable Origin tail, List<PublishedUpload> recent) {}

    /** An attempt of an upload that has its result. */
    record PublishedUpload(UploadAttempt attempt, Instant publishedAt) {}
}
