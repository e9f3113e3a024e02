package dev.millrace.monitoring.quality;

import dev.millrace.drift.quality.Interval;
import dev.millrace.drift.quality.ModelFigures;
import dev.millrace.monitoring.drift.DriftDetected.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Feedback and what it says as meters. Safe to share between threads. */
final class FeedbackMeters {
    private final MeterRegistry registry;
    private final Predicate<String> answers;
    private final Map<ModelLabels.Told, Counter> told = new EnumMap<>(ModelLabels.Told.class);
    private final Counter undecodable;
    private final Counter unknownModel;
    private final Map<String, QualityReport> reports = new ConcurrentHashMap<>();
    private final Set<String> shown = ConcurrentHashMap.newKeySet();
    private final Map<String, QualityDetected> alerts = new ConcurrentHashMap<>();

    /** @param answers tells whether a pipeline names a model version: what no upload gets cannot do worse */
    FeedbackMeters(MeterRegistry registry, Predicate<String> answers) {
        this.registry = registry;
        this.answers = answers;
        for (var one : ModelLabels.Told.values()) {
            told.put(one, counter(one.name().toLowerCase(Locale.ROOT)));
        }
        this.undecodable = counter("undecodable");
        this.unknownModel = counter("unknown_model");
    }

    private Counter counter(String outcome) {
        return Counter.builder("millrace.quality.feedback")
                .description("Feedback read, and what became of it")
                .tag("outcome", outcome)
                .register(registry);
    }

    void count(ModelLabels.Told one) {
        var counter = told.get(one);
        if (counter != null) {
            counter.increment();
        }
    }

    void undecodable() {
        undecodable.increment();
    }

    void unknownModel() {
        unknownModel.increment();
    }

    /** @param all that there are; of others nothing is shown any more */
    void show(Map<String, QualityReport> all) {
        reports.keySet().retainAll(all.keySet());
        for (var report : all.values()) {
            reports.put(report.model(), report);
            if (shown.add(report.model())) {
                gauge(report.model(), "labels", "Labels that the figures are of", ModelFigures::rows);
                gauge(
                        report.model(),
                        "accuracy",
                        "Share of predictions that was right",
                        ofFigure(ModelFigures::accuracy));
                gauge(report.model(), "f1", "F1 of the positive label", ofFigure(ModelFigures::f1));
                gauge(report.model(), "roc_auc", "Area under the ROC curve", ofFigure(ModelFigures::rocAuc));
                gauge(report.model(), "brier", "Mean squared error of the score", ofFigure(ModelFigures::brier));
                gauge(
                        report.model(),
                        "calibration_error",
                        "Expected calibration error",
                        ofFigure(ModelFigures::calibrationError));
            }
        }
    }

    private static ToDoubleFunction<ModelFigures> ofFigure(Function<ModelFigures, @Nullable Interval> figure) {
        return figures -> {
            var interval = figure.apply(figures);
            return interval == null ? Double.NaN : interval.value();
        };
    }

    private void gauge(String model, String name, String description, ToDoubleFunction<ModelFigures> figure) {
        Gauge.builder("millrace.quality." + name, reports, all -> figure(all.get(model), figure))
                .description(description)
                .tag("model", model)
                .register(registry);
    }

    private static double figure(@Nullable QualityReport report, ToDoubleFunction<ModelFigures> figure) {
        return report == null ? Double.NaN : figure.applyAsDouble(report.figures());
    }

    void show(QualityDetected alert) {
        if (alerts.put(alert.model(), alert) == null) {
            Gauge.builder("millrace.quality.alert", alerts, all -> isOpen(all.get(alert.model())))
                    .description("1 while an alert is open of a version that a pipeline names")
                    .tag("model", alert.model())
                    .register(registry);
        }
    }

    private double isOpen(@Nullable QualityDetected alert) {
        return alert != null && alert.state() == State.OPENED && answers.test(alert.model()) ? 1 : 0;
    }
}
