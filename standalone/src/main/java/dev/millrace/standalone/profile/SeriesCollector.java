package dev.millrace.standalone.profile;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SampleOrder;
import dev.millrace.drift.profile.SeriesProfile;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Gathers the values of rows by series, in the order in which the series first came, and a sample of their embeddings. Not safe to
 * share between threads.
 */
final class SeriesCollector {
    private final Map<String, Values> series = new LinkedHashMap<>();

    private final Map<Integer, Sample> embeddings = new TreeMap<>();
    private int embeddingCount;

    @SuppressWarnings("ArrayRecordComponent") // On its way into a profile; nobody asks whether two are equal.
    private record Embedding(UUID id, float[] vector) {}

    /** Embeddings of one size. */
    private static final class Sample {
        /** By hash of the id, as many as a profile holds. */
        private final TreeMap<Long, Embedding> first = new TreeMap<>();

        private int count;

        void add(UUID id, float[] embedding) {
            count++;
            first.put(SampleOrder.hash(id), new Embedding(id, embedding));
            if (first.size() > EmbeddingProfile.ROWS) {
                first.pollLastEntry();
            }
        }
    }

    /** A growing array. */
    private static final class Values {
        private double[] values = new double[1024];
        private int size;

        void add(double value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }
    }

    /** Values that are not finite are left out, and a series that has the name of the embeddings. */
    void add(Map<String, Double> row) {
        row.forEach((name, value) -> {
            if (Double.isFinite(value) && !name.equals(EmbeddingProfile.NAME)) {
                series.computeIfAbsent(name, _ -> new Values()).add(value);
            }
        });
    }

    /** Embeddings that a profile cannot hold are left out. */
    void add(UUID id, float[] embedding) {
        embeddingCount++;
        if (EmbeddingProfile.canHold(embedding)) {
            embeddings.computeIfAbsent(embedding.length, _ -> new Sample()).add(id, embedding);
        }
    }

    /**
     * With a profile of all series that have a value, and of the embeddings of the size that most have, if they are enough.
     *
     * @param count of the rows
     */
    Rows rows(int count) {
        var most = embeddings.values().stream()
                .max(Comparator.comparingInt(sample -> sample.count))
                .filter(sample -> sample.first.size() >= EmbeddingProfile.LEAST_ROWS)
                .orElseGet(Sample::new);
        var profile = new Profile(
                series.entrySet().stream()
                        .map(one -> SeriesProfile.of(
                                one.getKey(), Arrays.copyOf(one.getValue().values, one.getValue().size)))
                        .toList(),
                most.count == 0
                        ? null
                        : EmbeddingProfile.of(most.first.values().stream()
                                .collect(Collectors.toMap(Embedding::id, Embedding::vector))));
        return new Rows(count, profile, embeddingCount - most.count);
    }
}
