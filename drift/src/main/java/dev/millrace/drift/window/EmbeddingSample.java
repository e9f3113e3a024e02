package dev.millrace.drift.window;

import dev.millrace.drift.embedding.HalfPrecision;
import dev.millrace.drift.profile.SampleOrder;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/**
 * How many embeddings a window had, and the rows among them whose ids have the smallest hashes: 128 of a lane, 512 of all lanes
 * together. A sample knows below which hash it has every row, so that samples of lanes of unequal traffic join to one of all rows
 * alike: what lies above the least of their bounds is left out (Z. Bar-Yossef et al.: Counting distinct elements in a data stream,
 * RANDOM 2002, whose sketch this is). Which rows that leaves depends on the lanes' rows alone, not on order, repeats or grouping.
 *
 * <p>Elements are kept in half precision, as those of the reference are. Not safe to share between threads.
 */
final class EmbeddingSample {
    private static final int OF_LANE = 128;
    private static final int OF_WINDOW = 512;
    /** That a lane's sample may take of a record of 1 MiB. */
    private static final int BYTES = 1 << 18;

    private static final Comparator<Row> ORDER = Comparator.comparingLong(Row::hash)
            .thenComparing(Row::id)
            .thenComparing(row -> row.halves, Arrays::compare);

    private final int dimension;
    private final TreeSet<Row> rows = new TreeSet<>(ORDER);
    private int most;
    private long bound = Long.MAX_VALUE;
    private long seen;
    private long invalid;

    /** An upload's embedding. Immutable. */
    static final class Row {
        private final UUID id;
        private final long hash;
        private final short[] halves;

        private Row(UUID id, short[] halves) {
            this.id = id;
            this.hash = SampleOrder.hash(id);
            this.halves = halves;
        }

        UUID id() {
            return id;
        }

        private long hash() {
            return hash;
        }

        float[] floats() {
            return HalfPrecision.floats(halves);
        }
    }

    EmbeddingSample(int dimension) {
        this.dimension = dimension;
        this.most = Math.min(OF_LANE, BYTES / rowBytes());
    }

    private int rowBytes() {
        return 2 * Long.BYTES + dimension * Short.BYTES;
    }

    int dimension() {
        return dimension;
    }

    /** Counts an embedding, whatever it is. Returns whether it is one that the sample can hold. */
    boolean add(UUID id, float[] embedding) {
        short[] halves = embedding.length == dimension ? HalfPrecision.of(embedding) : null;
        if (halves == null) {
            invalid++;
            return false;
        }
        seen++;
        keep(new Row(id, halves));
        return true;
    }

    private void keep(Row row) {
        if (row.hash < bound) {
            rows.add(row);
            cut();
        }
    }

    private void cut() {
        if (rows.size() > most) {
            bound = rows.last().hash;
        }
        while (!rows.isEmpty() && rows.last().hash >= bound) {
            rows.pollLast();
        }
    }

    /** Takes in the sample of other lanes. */
    void merge(EmbeddingSample other) {
        seen += other.seen;
        invalid += other.invalid;
        most = OF_WINDOW;
        bound = Math.min(bound, other.bound);
        cut();
        other.rows.forEach(this::keep);
    }

    /** Embeddings that are as they should be, in the sample or not. */
    long seen() {
        return seen;
    }

    /** Embeddings that are not finite in half precision, or of another size. */
    long invalid() {
        return invalid;
    }

    /** The sample, in the order of the hashes. */
    List<Row> rows() {
        return List.copyOf(rows);
    }

    void write(DataOutputStream out) throws IOException {
        Varint.write(out, seen);
        Varint.write(out, invalid);
        out.writeLong(bound);
        Varint.write(out, rows.size());
        for (var row : rows) {
            out.writeLong(row.id.getMostSignificantBits());
            out.writeLong(row.id.getLeastSignificantBits());
            for (short half : row.halves) {
                out.writeShort(half);
            }
        }
    }

    /** Reads what {@link #write} wrote, into an empty sample. */
    void read(DataInputStream in) throws IOException {
        seen = Varint.read(in);
        invalid = Varint.read(in);
        bound = in.readLong();
        most = OF_WINDOW;
        long count = Varint.read(in);
        if (count < 0 || count > OF_WINDOW) {
            throw new IOException("window: %d embeddings (expected: at most %d)".formatted(count, OF_WINDOW));
        }
        for (long i = 0; i < count; i++) {
            var id = new UUID(in.readLong(), in.readLong());
            var halves = new short[dimension];
            for (int j = 0; j < dimension; j++) {
                halves[j] = in.readShort();
                if (!HalfPrecision.isFinite(halves[j])) {
                    throw new IOException("window: embedding of %s (expected: finite)".formatted(id));
                }
            }
            keep(new Row(id, halves));
        }
    }
}
