package dev.millrace.drift.window;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows in each bin of a grid. Takes little memory while few bins have any. Not safe to share between threads. */
final class BinCounts {
    /** A map of more bins takes more than an array. */
    private static final int FEW = 64;

    private final int bins;
    private final TreeMap<Integer, Long> few = new TreeMap<>();
    private long @Nullable [] many;

    BinCounts(int bins) {
        this.bins = bins;
    }

    void add(int bin, long rows) {
        if (many != null) {
            many[bin] += rows;
            return;
        }
        few.merge(bin, rows, Long::sum);
        if (few.size() > Math.max(FEW, bins / 10)) {
            many = toArray();
            few.clear();
        }
    }

    void add(BinCounts other) {
        if (other.many == null) {
            other.few.forEach(this::add);
            return;
        }
        for (int bin = 0; bin < bins; bin++) {
            if (other.many[bin] > 0) {
                add(bin, other.many[bin]);
            }
        }
    }

    /** Rows in all. */
    long rows() {
        long rows = 0;
        for (long count : toArray()) {
            rows += count;
        }
        return rows;
    }

    /** Rows in each bin, of shape (bins). */
    long[] toArray() {
        if (many != null) {
            return many.clone();
        }
        var counts = new long[bins];
        for (Map.Entry<Integer, Long> entry : few.entrySet()) {
            counts[entry.getKey()] = entry.getValue();
        }
        return counts;
    }

    /** Bins that have rows, each as the distance from the one before and its rows. */
    void write(DataOutputStream out) throws IOException {
        var used = few;
        if (many != null) {
            used = new TreeMap<>();
            for (int bin = 0; bin < bins; bin++) {
                if (many[bin] > 0) {
                    used.put(bin, many[bin]);
                }
            }
        }
        Varint.write(out, used.size());
        int before = 0;
        for (var entry : used.entrySet()) {
            Varint.write(out, entry.getKey() - before);
            Varint.write(out, entry.getValue());
            before = entry.getKey();
        }
    }

    /** Adds what {@link #write} wrote. */
    void read(DataInputStream in) throws IOException {
        long used = Varint.read(in);
        long bin = 0;
        for (long i = 0; i < used; i++) {
            bin += Varint.read(in);
            if (bin < 0 || bin >= bins) {
                throw new IOException("window: bin %d (expected: below %d)".formatted(bin, bins));
            }
            add((int) bin, Varint.read(in));
        }
    }
}
