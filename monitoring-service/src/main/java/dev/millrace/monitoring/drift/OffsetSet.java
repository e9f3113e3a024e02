package dev.millrace.monitoring.drift;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Offsets, which take a bit each where they lie close together. Not thread-safe. */
final class OffsetSet {
    private static final int SPAN = 512;

    private final Map<Long, BitSet> spans = new HashMap<>();

    /** Returns whether it was not there. */
    boolean add(long offset) {
        var span = spans.computeIfAbsent(offset / SPAN, _ -> new BitSet());
        int bit = (int) (offset % SPAN);
        boolean there = span.get(bit);
        span.set(bit);
        return !there;
    }
}
