package dev.millrace.drift.window;

import dev.millrace.drift.profile.SampleOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;

/** A row of a window, by name. Immutable, so safe to share between threads. */
final class Example {
    /** As good as random, but the same everywhere: so every replica keeps the same rows. */
    static final Comparator<Example> ORDER = Comparator.comparingLong(Example::hash)
            .thenComparing(Example::id)
            .thenComparing(example -> example.values, Arrays::compare);

    private final UUID id;
    private final float[] values;

    /**
     * @param id of the upload
     * @param values of the series of the profile, in its order; NaN where the row has none
     */
    Example(UUID id, float[] values) {
        this.id = id;
        this.values = values.clone();
    }

    UUID id() {
        return id;
    }

    float value(int series) {
        return values[series];
    }

    private long hash() {
        return SampleOrder.hash(id);
    }
}
