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
import org.jspecify.annotations.Nullable;

/**
 * What a window counted of the traffic of one model version: for each series, rows in each bin of its profile's grid and rows
 * whose value is not finite; the faults of its data; a sample of its embeddings, if the profile has one; and up to 256 rows as
 * examples. Everything is a whole number or chosen by the rows' ids alone, so windows merge exactly, in any order and grouping,
 * to the same bytes. Not safe to share between threads.
 */
public final class WindowCounts {
    private static final int VERSION = 3;
    /** The same bytes up to the embeddings, so replicas of either version read each other's where those are not watched. */
    private static final int VERSION_WITHOUT_EMBEDDINGS = 2;

    private static final int EXAMPLES = 256;

    private final Profile profile;
    private final BinCounts[] counts;
    private final long[] invalid;
    private final FaultCounts faults;
    private final @Nullable EmbeddingSample embeddings;
    private final TreeSet<Example> examples = new TreeSet<>(Example.ORDER);

    public WindowCounts(Profile profile) {
        this.profile = profile;
        this.counts = new BinCounts[profile.series().size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new BinCounts(profile.series().get(i).grid().size());
        }
        this.invalid = new long[counts.length];
        this.faults = new FaultCounts(profile);
        this.embeddings = profile.embedding() == null
                ? null
                : new EmbeddingSample(profile.embedding().dimension());
    }

    /**
     * Takes in a row, or a part of one: its inputs and its score come by different ways.
     *
     * @param id of its upload
     * @param values by the name of the series; what the profile does not know is left out, what is not there is not counted
     * @param facts what is known of it besides
     * @param embedding of its text, or null if it has none; one that the sample cannot hold is a fault
     */
    public void add(UUID id, Map<String, Double> values, RowFacts facts, float @Nullable [] embedding) {
        var known = facts;
        if (embeddings != null && embedding != null && !embeddings.add(id, embedding)) {
            known = facts.with(
                    embedding.length == embeddings.dimension() ? Fault.INVALID_EMBEDDING : Fault.OTHER_DIMENSION);
        }
        faults.add(id, values, known);
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
        if (!values.isEmpty()) {
            keep(new Example(id, kept));
        }
    }

    /** Takes in a row without an embedding. */
    public void add(UUID id, Map<String, Double> values, RowFacts facts) {
        add(id, values, facts, null);
    }

    /** Takes in a row of which nothing is known but its values. */
    public void add(UUID id, Map<String, Double> values) {
        add(id, values, RowFacts.none(RowFacts.Kind.INPUT));
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
        faults.merge(other.faults);
        if (embeddings != null && other.embeddings != null) {
            embeddings.merge(other.embeddings);
        }
        other.examples.forEach(this::keep);
    }

    /** Rows of the series that has the most. */
    public long rows() {
        long rows = 0;
        for (int i = 0; i < counts.length; i++) {
            rows = Math.max(rows, counts[i].rows() + invalid[i]);
        }
        return embeddings == null ? rows : Math.max(rows, embeddings.seen() + embeddings.invalid());
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

    /** Rows by their scores, ascending. */
    List<ScoreCount> scores() {
        var scores = new ArrayList<ScoreCount>();
        for (int i = 0; i < counts.length; i++) {
            var series = profile.series().get(i);
            if (series.name().equals(FaultCounts.SCORE)) {
                double[] edges = series.grid().edges();
                long[] rows = counts(i);
                for (int bin = 0; bin < rows.length; bin++) {
                    if (rows[bin] > 0) {
                        double low = bin == 0 ? 0 : edges[bin - 1];
                        double high = bin == edges.length ? 1 : edges[bin];
                        scores.add(new ScoreCount(Math.clamp((low + high) / 2, 0, 1), rows[bin]));
                    }
                }
            }
        }
        return scores;
    }

    FaultCounts faults() {
        return faults;
    }

    /** The sample of embeddings, or null if the profile has none. */
    @Nullable
    EmbeddingSample embeddings() {
        return embeddings;
    }

    List<Example> examples() {
        return List.copyOf(examples);
    }

    Profile profile() {
        return profile;
    }

    private int version() {
        return embeddings == null ? VERSION_WITHOUT_EMBEDDINGS : VERSION;
    }

    /** The same for the same rows, whatever order they came in. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(version());
            out.writeLong(profile.fingerprint());
            for (int i = 0; i < counts.length; i++) {
                Varint.write(out, invalid[i]);
                counts[i].write(out);
            }
            faults.write(out);
            Varint.write(out, examples.size());
            for (var example : examples) {
                out.writeLong(example.id().getMostSignificantBits());
                out.writeLong(example.id().getLeastSignificantBits());
                for (int i = 0; i < counts.length; i++) {
                    out.writeFloat(example.value(i));
                }
            }
            if (embeddings != null) {
                embeddings.write(out);
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
            if (version != window.version() || fingerprint != profile.fingerprint()) {
                throw new IOException("window: version %d, profile %x (expected: %d, %x)"
                        .formatted(version, fingerprint, window.version(), profile.fingerprint()));
            }
            for (int i = 0; i < window.counts.length; i++) {
                window.invalid[i] = Varint.read(in);
                window.counts[i].read(in);
            }
            window.faults.read(in);
            long kept = Varint.read(in);
            for (long i = 0; i < kept; i++) {
                var id = new UUID(in.readLong(), in.readLong());
                var values = new float[window.counts.length];
                for (int j = 0; j < values.length; j++) {
                    values[j] = in.readFloat();
                }
                window.keep(new Example(id, values));
            }
            if (window.embeddings != null) {
                window.embeddings.read(in);
            }
        }
        return window;
    }
}
