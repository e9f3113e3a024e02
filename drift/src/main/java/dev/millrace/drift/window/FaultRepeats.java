package dev.millrace.drift.window;

import java.util.stream.LongStream;

/**
 * Rows beyond the first of their content, told from how many fall in each of the buckets that contents are spread over by their
 * hashes.
 *
 * <p>Up to {@value #MOST_LOAD} rows for each bucket, contents are counted by the buckets that are empty: linear counting, of K.-Y.
 * Whang, B. T. Vander-Zanden and H. M. Taylor, ACM Transactions on Database Systems 15, 1990, whose standard deviation is
 * √(B (eᵗ − t − 1)) for B buckets and t rows for each. Above it too few are empty, and only rows of a bucket that has more than
 * chance would leave there are known to be repeats: contents that come a few times are not seen any more.
 *
 * @param rows the estimate, 0 or more
 * @param atLeast what is left of it without what chance may have added, 0 or more
 */
record FaultRepeats(long rows, long atLeast) {
    private static final double MOST_LOAD = 4;
    /** Standard deviations that chance is given. */
    private static final double ROOM = 6;

    static FaultRepeats of(long[] buckets) {
        long all = LongStream.of(buckets).sum();
        double load = (double) all / buckets.length;
        if (load > MOST_LOAD) {
            long usual = (long) Math.ceil(load + ROOM * Math.sqrt(load));
            long more = LongStream.of(buckets)
                    .map(count -> Math.max(0, count - usual))
                    .sum();
            return new FaultRepeats(more, more);
        }
        long taken = LongStream.of(buckets).filter(count -> count > 0).count();
        // At least one counts as empty, or there would be no estimate.
        double empty = Math.max(1, buckets.length - taken);
        double distinct = buckets.length * Math.log(buckets.length / empty);
        double deviation = Math.sqrt(buckets.length * (Math.expm1(load) - load));
        return new FaultRepeats(
                Math.max(0, Math.round(all - distinct)), (long) Math.max(0, all - distinct - ROOM * deviation));
    }
}
