package dev.millrace.collector.admission;

import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Turns uploads away that would only wait. Two things are guarded: the pipeline, by how long its backlog takes to drain,
 * so that uploads wait at their client and not on a topic past their deadline; and this process, by how many acceptances
 * it has under way, a limit that follows their latency (Gradient2 of Netflix' concurrency-limits: it shrinks as they take
 * longer than they used to). Thread-safe.
 */
public final class Admission {
    private static final Duration LEAST_WAIT = Duration.ofSeconds(1);
    private static final Duration MOST_WAIT = Duration.ofMinutes(1);

    private final Duration maxDrainTime;
    private final RandomGenerator random;
    private final Gradient2Limit limit;
    private final SimpleLimiter<Void> limiter;
    private volatile Backlog backlog = Backlog.NONE;

    /** @param maxDrainTime the longest that an accepted upload may be expected to wait in the pipeline */
    Admission(Duration maxDrainTime, RandomGenerator random) {
        this.maxDrainTime = maxDrainTime;
        this.random = random;
        limit = Gradient2Limit.newBuilder()
                .initialLimit(200)
                .minLimit(50)
                .maxConcurrency(1_000)
                .rttTolerance(2)
                .build();
        limiter = SimpleLimiter.newBuilder().limit(limit).build();
    }

    void update(Backlog now) {
        backlog = now;
    }

    Backlog backlog() {
        return backlog;
    }

    int concurrencyLimit() {
        return limit.getLimit();
    }

    /**
     * Before an upload's body is read.
     *
     * @throws RequestProblem if the pipeline is too far behind
     */
    public void requireRoom() {
        requireDrainTime(maxDrainTime);
    }

    /**
     * Once an upload is known.
     *
     * @param lifetime of the upload
     * @throws RequestProblem if its deadline would pass before work on it begins
     */
    public void requireTime(Duration lifetime) {
        requireDrainTime(lifetime);
    }

    private void requireDrainTime(Duration most) {
        var drainTime = backlog.drainTime();
        if (drainTime.compareTo(most) > 0) {
            throw new RequestProblem(
                            ErrorCode.PIPELINE_BEHIND,
                            "%,d uploads wait, which takes about %d s (expected: at most %d s)"
                                    .formatted(backlog.records(), drainTime.toSeconds(), most.toSeconds()))
                    .retryAfter(wait(drainTime.minus(most)));
        }
    }

    /** What is too much, and up to half as much again, so that not all come back in the same second. */
    private Duration wait(Duration excess) {
        var least =
                excess.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : excess.compareTo(MOST_WAIT) > 0 ? MOST_WAIT : excess;
        return least.plusMillis(random.nextLong(least.toMillis() / 2 + 1));
    }

    /**
     * Accepts, if not too many acceptances are under way.
     *
     * @throws RequestProblem if too many are, or as {@code acceptance} throws it
     */
    public <T> T limited(Supplier<T> acceptance) {
        var permit = limiter.acquire(null).orElseThrow(() -> new RequestProblem(
                        ErrorCode.OVERLOADED,
                        "%d uploads are being accepted (expected: fewer than %d)"
                                .formatted(limiter.getInflight(), limit.getLimit()))
                .retryAfter(wait(LEAST_WAIT)));
        try {
            T result = acceptance.get();
            permit.onSuccess();
            return result;
        } catch (RuntimeException | Error e) {
            // A failure's time says nothing of how much this process can bear.
            permit.onIgnore();
            throw e;
        }
    }
}
