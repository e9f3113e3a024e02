package dev.millrace.standalone.profile;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gathers the values of rows by series, in the order in which the series first came. Not safe to share between threads. */
final class SeriesCollector {
    private final Map<String, Values> series = new LinkedHashMap<>();

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

    /** A profile of all series that have a value. */
    Profile profile() {
        return new Profile(series.entrySet().stream()
                .map(one -> SeriesProfile.of(one.getKey(), Arrays.copyOf(one.getValue().values, one.getValue().size)))
                .toList());
    }
}
