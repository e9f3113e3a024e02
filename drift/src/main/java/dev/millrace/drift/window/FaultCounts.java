package dev.millrace.drift.window;

import dev.millrace.drift.profile.Profile;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a window counted of the faults of its data, in whole numbers that merge exactly. Contents are counted in
 * 65,536 buckets by their hashes, lengths in as many, of which the last holds all from 65,535 on: also texts that reached the
 * length beyond which no more is read. Not safe to share between threads.
 */
final class FaultCounts {
    /** Buckets of fingerprints, and of lengths. */
    static final int BUCKETS = 1 << 16;

    private static final int EXAMPLES = 10;
    static final String SCORE = "score";
    static final String LABEL = "label";
    /** Series of predictions, which no row of an input has. */
    private static final Set<String> PREDICTED = Set.of(SCORE, LABEL);

    private static final int LOWEST_EXPONENT = Double.MIN_EXPONENT - 1;

    private final Profile profile;
    private final long[] rows = new long[RowFacts.Kind.values().length];
    private final Map<Fault, Seen> faults = new EnumMap<>(Fault.class);
    private final long[] nulls;
    private final BinCounts contents = new BinCounts(BUCKETS);
    private final BinCounts bodyLengths = new BinCounts(BUCKETS);
    private final BinCounts contentLengths = new BinCounts(BUCKETS);
    /** Of each series, binary exponents of the values above all of the profile's. */
    private final List<TreeMap<Integer, Long>> beyond = new ArrayList<>();

    /** Rows with a fault, and some of their uploads. */
    private static final class Seen {
        private final long[] rows = new long[RowFacts.Kind.values().length];
        private final TreeSet<Example> examples = new TreeSet<>(Example.ORDER);

        private void keep(UUID id) {
            examples.add(new Example(id, new float[0]));
            if (examples.size() > EXAMPLES) {
                examples.pollLast();
            }
        }
    }

    FaultCounts(Profile profile) {
        this.profile = profile;
        this.nulls = new long[profile.series().size()];
        for (int i = 0; i < nulls.length; i++) {
            beyond.add(new TreeMap<>());
        }
    }

    void add(UUID id, Map<String, Double> values, RowFacts facts) {
        rows[facts.kind().ordinal()]++;
        for (var fault : facts.faults()) {
            var seen = faults.computeIfAbsent(fault, _ -> new Seen());
            seen.rows[facts.kind().ordinal()]++;
            seen.keep(id);
        }
        boolean isNull = false;
        for (int i = 0; i < nulls.length; i++) {
            var series = profile.series().get(i);
            Double value = values.get(series.name());
            if (value == null ? facts.complete() && !PREDICTED.contains(series.name()) : !Double.isFinite(value)) {
                nulls[i]++;
                isNull = true;
            } else if (value != null
                    && series.grid().indexOf(value) == series.grid().size() - 1) {
                beyond.get(i).merge(Math.getExponent(value), 1L, Long::sum);
            }
        }
        if (isNull) {
            faults.computeIfAbsent(Fault.NULLS, _ -> new Seen()).keep(id);
        }
        // What is wrong by itself is not counted as a repeat of others that are wrong alike.
        if (facts.faults().isEmpty()) {
            count(contents, facts.fingerprint() == 0 ? -1 : bucket(facts.fingerprint()));
            count(bodyLengths, Math.min(facts.bodyLength(), BUCKETS - 1));
            count(contentLengths, Math.min(facts.contentLength(), BUCKETS - 1));
        }
    }

    private static void count(BinCounts counts, int bin) {
        if (bin >= 0) {
            counts.add(bin, 1);
        }
    }

    private static int bucket(long fingerprint) {
        return (int) (fingerprint * 0x9E3779B97F4A7C15L >>> 48);
    }

    void merge(FaultCounts other) {
        for (int i = 0; i < rows.length; i++) {
            rows[i] += other.rows[i];
        }
        other.faults.forEach((fault, theirs) -> {
            var mine = faults.computeIfAbsent(fault, _ -> new Seen());
            for (int i = 0; i < rows.length; i++) {
                mine.rows[i] += theirs.rows[i];
            }
            theirs.examples.forEach(example -> mine.keep(example.id()));
        });
        for (int i = 0; i < nulls.length; i++) {
            nulls[i] += other.nulls[i];
            var mine = beyond.get(i);
            other.beyond.get(i).forEach((exponent, count) -> mine.merge(exponent, count, Long::sum));
        }
        contents.add(other.contents);
        bodyLengths.add(other.bodyLengths);
        contentLengths.add(other.contentLengths);
    }

    long rows(RowFacts.Kind kind) {
        return rows[kind.ordinal()];
    }

    long rows(Fault fault, RowFacts.Kind kind) {
        var seen = faults.get(fault);
        return seen == null ? 0 : seen.rows[kind.ordinal()];
    }

    /** Ids of uploads with the fault. */
    List<String> examples(Fault fault) {
        var seen = faults.get(fault);
        return seen == null
                ? List.of()
                : seen.examples.stream().map(example -> example.id().toString()).toList();
    }

    long nulls(int series) {
        return nulls[series];
    }

    /** Binary exponents of values above all of the profile's, and how many values have each. */
    TreeMap<Integer, Long> beyond(int series) {
        return new TreeMap<>(beyond.get(series));
    }

    long[] contents() {
        return contents.toArray();
    }

    long[] bodyLengths() {
        return bodyLengths.toArray();
    }

    long[] contentLengths() {
        return contentLengths.toArray();
    }

    void write(DataOutputStream out) throws IOException {
        for (long count : rows) {
            Varint.write(out, count);
        }
        Varint.write(out, faults.size());
        for (var entry : faults.entrySet()) {
            out.writeByte(entry.getKey().ordinal());
            for (long count : entry.getValue().rows) {
                Varint.write(out, count);
            }
            out.writeByte(entry.getValue().examples.size());
            for (var example : entry.getValue().examples) {
                out.writeLong(example.id().getMostSignificantBits());
                out.writeLong(example.id().getLeastSignificantBits());
            }
        }
        for (int i = 0; i < nulls.length; i++) {
            Varint.write(out, nulls[i]);
            Varint.write(out, beyond.get(i).size());
            for (var entry : beyond.get(i).entrySet()) {
                Varint.write(out, entry.getKey() - LOWEST_EXPONENT);
                Varint.write(out, entry.getValue());
            }
        }
        for (var counts : List.of(contents, bodyLengths, contentLengths)) {
            counts.write(out);
        }
    }

    void read(DataInputStream in) throws IOException {
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Varint.read(in);
        }
        long kinds = Varint.read(in);
        for (long i = 0; i < kinds; i++) {
            int ordinal = in.readUnsignedByte();
            if (ordinal >= Fault.values().length) {
                throw new IOException(
                        "window: fault %d (expected: below %d)".formatted(ordinal, Fault.values().length));
            }
            var seen = faults.computeIfAbsent(Fault.values()[ordinal], _ -> new Seen());
            for (int j = 0; j < rows.length; j++) {
                seen.rows[j] = Varint.read(in);
            }
            int examples = in.readUnsignedByte();
            for (int j = 0; j < examples; j++) {
                seen.keep(new UUID(in.readLong(), in.readLong()));
            }
        }
        for (int i = 0; i < nulls.length; i++) {
            nulls[i] = Varint.read(in);
            long exponents = Varint.read(in);
            for (long j = 0; j < exponents; j++) {
                beyond.get(i).put((int) Varint.read(in) + LOWEST_EXPONENT, Varint.read(in));
            }
        }
        for (var counts : List.of(contents, bodyLengths, contentLengths)) {
            counts.read(in);
        }
    }
}
