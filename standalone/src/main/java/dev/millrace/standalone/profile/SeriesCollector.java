package dev.millrace.standalone.profile;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SampleOrder;
import dev.millrace.drift.profile.SeriesProfile;
import java.util.Arrays;
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

    /** By hash of the id, as many as a profile holds. */
    private final TreeMap<Long, Embedding> embeddings = new TreeMap<>();

    private int dimension;

    @SuppressWarnings("ArrayRecordComponent") // On its way into a profile; nobody asks whether two are equal.
    private record Embedding(UUID id, float[] vector) {}

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

    /** Values that are not finite are left out. */
    void add(Map<String, Double> row) {
        row.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                series.computeIfAbsent(name, _ -> new Values()).add(value);
            }
        });
    }

    /** Embeddings that are not finite are left out, and those of another size than the first. */
    void add(UUID id, float[] embedding) {
        if (!EmbeddingProfile.canHold(embedding) || (dimension != 0 && embedding.length != dimension)) {
            return;
        }
        dimension = embedding.length;
        embeddings.put(SampleOrder.hash(id), new Embedding(id, embedding));
        if (embeddings.size() > EmbeddingProfile.ROWS) {
            embeddings.pollLastEntry();
        }
    }

    /** A profile of all series that have a value, and of the embeddings if they are enough. */
    Profile profile() {
        return new Profile(
                series.entrySet().stream()
                        .map(one -> SeriesProfile.of(
                                one.getKey(), Arrays.copyOf(one.getValue().values, one.getValue().size)))
                        .toList(),
                embeddings.size() < EmbeddingProfile.LEAST_ROWS
                        ? null
                        : EmbeddingProfile.of(embeddings.values().stream()
                                .collect(Collectors.toMap(Embedding::id, Embedding::vector))));
    }
}
