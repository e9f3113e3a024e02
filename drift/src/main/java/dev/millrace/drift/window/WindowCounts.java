package dev.millrace.drift.window;

import dev.millrace.drift.profile.Profile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What a window counted of the traffic of one model version: for each series, rows in each bin of its profile's grid and rows
 * whose value is not finite; and up to 256 rows as examples. Everything is a whole number or chosen by the rows' ids alone, so
 * windows merge exactly, in any order and grouping, to the same bytes. Not safe to share between threads.
 */
public final class WindowCounts {
    private static final int VERSION = 1;
    private static final int EXAMPLES = 256;

    private final Profile profile;
    private final BinCounts[] counts;
    private final long[] invalid;
    private final TreeSet<Example> examples = new TreeSet<>(Example.ORDER);

    public WindowCounts(Profile profile) {
        this.profile = profile;
        this.counts = new BinCounts[profile.series().size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new BinCounts(profile.series().get(i).grid().size());
        }
        this.invalid = new long[counts.length];
    }

    /**
     * Takes in a row, or a part of one: its inputs and its score come by different ways.
     *
     * @param id of its upload
     * @param values by the name of the series; what the profile does not know is left out, what is not there is not counted
     */
    public void add(UUID id, Map<String, Double> values) {
        var kept = new float[counts.length];
        for (int i = 0; i < counts.length; i++) {
            var series = profile.series().get(i);
            Double value = values.get(series.name());
            kept[i] = value == null ? Float.NaN : value.floatValue();
            if (value != null) {
                if (Double.isFinite(value)) {
                    counts[i].add(series.grid().indexOf(value), 1);
                } else {
                    invalid[i]++;
                }
            }
        }
        keep(new Example(id, kept));
    }

    private void keep(Example example) {
        examples.add(example);
        if (examples.size() > EXAMPLES) {
            examples.pollLast();
        }
    }

    /**
     * Takes in what another window counted.
     *
     * @throws IllegalArgumentException if it was counted with another profile
     */
    public void merge(WindowCounts other) {
        if (profile.fingerprint() != other.profile.fingerprint()) {
            throw new IllegalArgumentException(
                    "profile: %x (expected: %x)".formatted(other.profile.fingerprint(), profile.fingerprint()));
        }
        for (int i = 0; i < counts.length; i++) {
            invalid[i] += other.invalid[i];
            counts[i].add(other.counts[i]);
        }
        other.examples.forEach(this::keep);
    }

    /** Rows of the series that has the most. */
    public long rows() {
        long rows = 0;
        for (int i = 0; i < counts.length; i++) {
            rows = Math.max(rows, counts[i].rows() + invalid[i]);
        }
        return rows;
    }

    /** Values of a series that are not finite. */
    long invalid(int series) {
        return invalid[series];
    }

    /** Rows of a series in each bin. */
    long[] counts(int series) {
        return counts[series].toArray();
    }

    /** Each series beside its reference, in the profile's order. */
    public List<Histogram> histograms() {
        return IntStream.range(0, counts.length)
                .mapToObj(i -> Histogram.of(profile.series().get(i), counts(i)))
                .toList();
    }

    List<Example> examples() {
        return List.copyOf(examples);
    }

    Profile profile() {
        return profile;
    }

    /** The same for the same rows, whatever order they came in. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(profile.fingerprint());
            for (int i = 0; i < counts.length; i++) {
                Varint.write(out, invalid[i]);
                writeSparse(out, counts[i].toArray());
            }
            Varint.write(out, examples.size());
            for (var example : examples) {
                out.writeLong(example.id().getMostSignificantBits());
                out.writeLong(example.id().getLeastSignificantBits());
                for (int i = 0; i < counts.length; i++) {
                    out.writeFloat(example.value(i));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IOException if the bytes are something else, or were counted with another profile
     */
    public static WindowCounts ofBytes(byte[] bytes, Profile profile) throws IOException {
        var window = new WindowCounts(profile);
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            long fingerprint = in.readLong();
            if (version != VERSION || fingerprint != profile.fingerprint()) {
                throw new IOException("window: version %d, profile %x (expected: %d, %x)"
                        .formatted(version, fingerprint, VERSION, profile.fingerprint()));
            }
            for (int i = 0; i < window.counts.length; i++) {
                window.invalid[i] = Varint.read(in);
                readSparse(in, window.counts[i], profile.series().get(i).grid().size());
            }
            long kept = Varint.read(in);
            for (long i = 0; i < kept; i++) {
                var id = new UUID(in.readLong(), in.readLong());
                var values = new float[window.counts.length];
                for (int j = 0; j < values.length; j++) {
                    values[j] = in.readFloat();
                }
                window.keep(new Example(id, values));
            }
        }
        return window;
    }

    /** Bins that have rows, each as the distance from the one before and its rows. */
    private static void writeSparse(DataOutputStream out, long[] counts) throws IOException {
        var used = new ArrayList<Integer>();
        for (int bin = 0; bin < counts.length; bin++) {
            if (counts[bin] > 0) {
                used.add(bin);
            }
        }
        Varint.write(out, used.size());
        int before = 0;
        for (int bin : used) {
            Varint.write(out, bin - before);
            Varint.write(out, counts[bin]);
            before = bin;
        }
    }

    private static void readSparse(DataInputStream in, BinCounts counts, int bins) throws IOException {
        long used = Varint.read(in);
        long bin = 0;
        for (long i = 0; i < used; i++) {
            bin += Varint.read(in);
            if (bin < 0 || bin >= bins) {
                throw new IOException("window: bin %d (expected: below %d)".formatted(bin, bins));
            }
            counts.add((int) bin, Varint.read(in));
        }
    }
}
