package dev.millrace.collector.admission;

import java.time.Duration;

/**
 * How far the pipeline is behind.
 *
 * @param records accepted uploads that are not done, over all lanes, 0 or more; those that a stage works on twice after a
 *     crash count twice for as long
 * @param perSecond the most that was done in a second lately, 0 if nothing was
 * @param standing since when nothing was done although there is something to do; zero while something is
 */
record Backlog(long records, double perSecond, Duration standing) {
    static final Backlog NONE = new Backlog(0, 0, Duration.ZERO);

    /** Fewer are no backlog: they are done at once, whatever the rate of a quiet pipeline says. */
    private static final long NOTICEABLE = 100;

    private static final Duration FOR_EVER = Duration.ofDays(1);

    /** How long an upload that comes now has to wait before work on it begins. */
    Duration drainTime() {
        if (records == 0) {
            return Duration.ZERO;
        }
        var atThisRate = records < NOTICEABLE
                ? Duration.ZERO
                : perSecond > 0 ? Duration.ofMillis((long) (1_000 * records / perSecond)) : Duration.ZERO;
        var longest = atThisRate.compareTo(standing) > 0 ? atThisRate : standing;
        return longest.compareTo(FOR_EVER) > 0 ? FOR_EVER : longest;
    }
}
