package dev.millrace.monitoring.drift;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The series of one model version, with their meters. Safe to share between threads. */
final class ModelDrift {
    private final Map<String, Series> series = new LinkedHashMap<>();
    private final Counter invalid;

    ModelDrift(String model, Profile profile, DriftProperties properties, MeterRegistry registry) {
        for (Reference reference : profile.references()) {
            var one = new Series(model, reference, properties);
            series.put(reference.name(), one);
            var tags = Tags.of("model", model, "feature", reference.name());
            Gauge.builder("millrace.drift.psi", one, s -> s.figure().psiOrNaN())
                    .description("Population stability index against training; NaN while rows are too few")
                    .tags(tags)
                    .register(registry);
            Gauge.builder("millrace.drift.psi.threshold", one, s -> s.figure().thresholdOrNaN())
                    .description("What the index stays below if nothing changed; NaN while rows are too few")
                    .tags(tags)
                    .register(registry);
        }
        invalid = Counter.builder("millrace.drift.invalid")
                .description("Values left out since they are NaN or infinite")
                .baseUnit("values")
                .tag("model", model)
                .register(registry);
    }

    /** Takes in a value; a series that the profile does not know is left out, a value that is not finite is counted. */
    void add(String feature, double value) {
        var one = series.get(feature);
        if (one == null) {
            return;
        }
        if (Double.isFinite(value)) {
            one.add(value);
        } else {
            invalid.increment();
        }
    }

    List<DriftFigure> figures() {
        return series.values().stream().map(Series::figure).toList();
    }
}
