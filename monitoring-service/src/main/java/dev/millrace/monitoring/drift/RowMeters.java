package dev.millrace.monitoring.drift;

import dev.millrace.monitoring.drift.LaneWindows.Fate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what becomes of the rows of windows. Safe to share between threads. */
final class RowMeters {
    private final Map<Fate, Counter> fates = new EnumMap<>(Fate.class);
    private final Counter unknownModel;
    private final Counter undecodable;

    RowMeters(MeterRegistry registry) {
        for (var fate : Fate.values()) {
            fates.put(fate, counter(registry, fate.name().toLowerCase(Locale.ROOT)));
        }
        unknownModel = counter(registry, "unknown_model");
        undecodable = counter(registry, "undecodable");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("millrace.drift.rows")
                .description("Rows read for windows, and what became of them")
                .baseUnit("rows")
                .tag("outcome", outcome)
                .register(registry);
    }

    void count(Fate fate) {
        var counter = fates.get(fate);
        if (counter != null) {
            counter.increment();
        }
    }

    void unknownModel() {
        unknownModel.increment();
    }

    void undecodable() {
        undecodable.increment();
    }
}
