package dev.millrace.collector.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the backlog from samples of what is waiting and what is done. The rate is the best of the windows of the last
 * minute: a pipeline with little to do is slow only because nobody asks it for more. Not thread-safe.
 */
final class BacklogEstimator {
    private static final Duration WINDOW = Duration.ofSeconds(5);
    private static final Duration MEMORY = Duration.ofMinutes(1);

    private final Deque<Sample> samples = new ArrayDeque<>();
    private @Nullable Instant standingSince;

    private record Sample(Instant at, long done) {}

    /**
     * Takes a sample.
     *
     * @param waiting records that stages have yet to read
     * @param done records that left the pipeline since it was set up; it falls only if groups are set back
     */
    Backlog take(Instant now, long waiting, long done) {
        var last = samples.peekLast();
        if (last != null && done < last.done()) {
            samples.clear();
            last = null;
        }
        boolean moved = last == null || done > last.done();
        if (waiting == 0 || moved) {
            standingSince = null;
        } else if (standingSince == null) {
            standingSince = last == null ? now : last.at();
        }
        samples.addLast(new Sample(now, done));
        while (samples.getFirst().at().isBefore(now.minus(MEMORY))) {
            samples.removeFirst();
        }
        return new Backlog(
                waiting, best(), standingSince == null ? Duration.ZERO : Duration.between(standingSince, now));
    }

    private double best() {
        double best = 0;
        var begins = samples.iterator();
        var begin = begins.next();
        for (Sample end : samples) {
            while (Duration.between(begin.at(), end.at()).compareTo(WINDOW) > 0 && begins.hasNext()) {
                begin = begins.next();
            }
            double seconds = Duration.between(begin.at(), end.at()).toMillis() / 1e3;
            // Shorter windows would take one batch for a rate.
            if (seconds >= WINDOW.toSeconds() * 0.5) {
                best = Math.max(best, (end.done() - begin.done()) / seconds);
            }
        }
        return best;
    }
}
