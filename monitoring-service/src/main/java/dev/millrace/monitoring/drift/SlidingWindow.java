package dev.millrace.monitoring.drift;

/** A histogram of the last values over some {@link Bins}. Not thread-safe. */
final class SlidingWindow {
    private final Bins bins;
    private final byte[] ring;
    private final long[] counts;
    private int next;
    private int rows;

    /** @param capacity how many values it looks back, 1 or more */
    SlidingWindow(Bins bins, int capacity) {
        this.bins = bins;
        this.ring = new byte[capacity];
        this.counts = new long[bins.size()];
    }

    /** Takes in one value that is not NaN; the oldest leaves if the window is full. */
    void add(double value) {
        if (rows == ring.length) {
            counts[ring[next]]--;
        } else {
            rows++;
        }
        byte bin = (byte) bins.indexOf(value);
        ring[next] = bin;
        counts[bin]++;
        next = (next + 1) % ring.length;
    }

    int rows() {
        return rows;
    }

    /** Rows in each bin, shape (B). */
    long[] counts() {
        return counts.clone();
    }
}
