package dev.millrace.ledger;

import dev.millrace.contract.Topics;
import dev.millrace.ledger.load.Journal;
import dev.millrace.ledger.load.LoadGenerator;
import dev.millrace.ledger.load.LoadPlan;
import dev.millrace.ledger.load.RunClock;
import dev.millrace.ledger.load.UploadApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** Two bursts before the run: the first wakes the system up, the second shows what it can do. */
final class WarmUp {
    private static final int FIRST = 150;
    private static final int SECOND = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(20);

    private final UploadApi api;
    private final TopicReader topics;
    private final Path folder;
    private final long seed;

    WarmUp(UploadApi api, TopicReader topics, Path folder, long seed) {
        this.api = api;
        this.topics = topics;
        this.folder = folder;
        this.seed = seed;
    }

    /**
     * Returns once every upload is answered.
     *
     * @return capacity in uploads a second, of texts that are all new
     */
    double run() throws InterruptedException, ExecutionException {
        burst(FIRST, "0000000000000001");
        return SECOND / (burst(SECOND, "0000000000000002").toNanos() / 1e9);
    }

    private Duration burst(int count, String name) throws InterruptedException, ExecutionException {
        var clock = new RunClock();
        var tally = new Tally();
        var plan = LoadPlan.of(count, Duration.ZERO, 100, seed ^ count);
        try (var journal = Journal.create(folder.resolve("warm-up-" + count + ".jsonl"));
                var results = new ResultFollower(
                        topics, topics.ends(Topics.RESULTS), clock, (id, at) -> tally.answered(id))) {
            new LoadGenerator(
                            plan,
                            api,
                            journal,
                            clock,
                            name,
                            entry -> {
                                if (entry.id() != null) {
                                    tally.accepted(entry.id());
                                }
                            },
                            () -> false)
                    .run();
            long deadline = clock.now() + PATIENCE.toNanos();
            while (tally.backlog() > 0) {
                if (clock.now() > deadline) {
                    throw new IllegalStateException("%d of %d uploads before the run have no result after %s"
                            .formatted(tally.backlog(), count, PATIENCE));
                }
                Thread.sleep(POLL);
            }
            return Duration.ofNanos(results.lastArrival());
        }
    }
}
