package dev.millrace.ledger.load;

import dev.millrace.ledger.audit.JournalEntry;
import dev.millrace.ledger.audit.JournalEntry.Fate;
import dev.millrace.ledger.load.LoadPlan.Planned;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Posts the uploads of a plan, each at its time, whatever became of those before (open loop). A client that is told to
 * come again, or told nothing, sends the same request with the same {@code Idempotency-Key} again, as careful apps do.
 */
public final class LoadGenerator {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    /** In use by a request that is not answered yet, overloaded, or not known. */
    private static final Set<Integer> AGAIN = Set.of(409, 429, 500, 502, 503, 504);

    private final LoadPlan plan;
    private final UploadApi api;
    private final Journal journal;
    private final RunClock clock;
    private final String run;
    private final Consumer<JournalEntry> settled;
    private final BooleanSupplier hopeless;
    private final AtomicInteger sent = new AtomicInteger();

    /**
     * @param run tells this run's idempotency keys from any other's, 16 hex digits
     * @param settled told of each upload once its line is on the disk
     * @param hopeless whether the system is broken for good, so that nothing more is sent
     */
    public LoadGenerator(
            LoadPlan plan,
            UploadApi api,
            Journal journal,
            RunClock clock,
            String run,
            Consumer<JournalEntry> settled,
            BooleanSupplier hopeless) {
        this.plan = plan;
        this.api = api;
        this.journal = journal;
        this.clock = clock;
        this.run = run;
        this.settled = settled;
        this.hopeless = hopeless;
    }

    /** Uploads whose first request was begun. */
    public int sent() {
        return sent.get();
    }

    /**
     * Returns when the last upload is settled.
     *
     * @throws ExecutionException if one could not be, as when the journal's disk is full
     */
    public void run() throws InterruptedException, ExecutionException {
        var posts = new ArrayList<Future<Void>>();
        try (var clients = Threads.pool("client-")) {
            for (var upload : plan.uploads()) {
                clock.sleepUntil(upload.at());
                if (hopeless.getAsBoolean()) {
                    break;
                }
                posts.add(clients.submit(() -> settle(upload)));
            }
        }
        for (var post : posts) {
            post.get();
        }
    }

    private Void settle(Planned upload) throws InterruptedException {
        var entry = post(upload);
        journal.append(entry);
        settled.accept(entry);
        return null;
    }

    private JournalEntry post(Planned upload) throws InterruptedException {
        String traceId = run + "%016x".formatted(upload.number() + 1);
        long begin = clock.now();
        sent.incrementAndGet();
        int status = 0;
        for (int tries = 1; ; tries++) {
            long pause = pause(tries);
            try {
                var response = api.post(plan.text(upload), upload.key(), "ledger-" + traceId, traceId);
                status = response.statusCode();
                if (status == 202 || status == 200) {
                    return entry(upload, traceId, begin, Fate.ACCEPTED, id(response), status, tries);
                }
                if (!AGAIN.contains(status)) {
                    return entry(upload, traceId, begin, Fate.REFUSED, null, status, tries);
                }
            } catch (IOException e) {
                status = 0;
            }
            if (!upload.patient() || hopeless.getAsBoolean() || clock.now() - begin > PATIENCE.toNanos()) {
                return entry(upload, traceId, begin, Fate.UNKNOWN, null, status, tries);
            }
            Thread.sleep(pause);
        }
    }

    /** Doubles with each try; a little different for each client, so that they do not come back all at once. */
    private static long pause(int tries) {
        long longest = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(tries - 1, 10));
        return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    }

    private JournalEntry entry(
            Planned upload, String traceId, long begin, Fate fate, @Nullable UUID id, int status, int tries) {
        return new JournalEntry(
                upload.number(),
                traceId,
                upload.key(),
                upload.order(),
                upload.text(),
                upload.at(),
                begin,
                clock.now(),
                fate,
                id,
                status,
                tries);
    }

    private static UUID id(HttpResponse<String> accepted) {
        String location = accepted.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IllegalStateException("accepted without Location: " + accepted));
        return UUID.fromString(location.substring(location.lastIndexOf('/') + 1));
    }
}
