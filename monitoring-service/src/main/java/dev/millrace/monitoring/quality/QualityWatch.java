package dev.millrace.monitoring.quality;

import dev.millrace.monitoring.drift.DriftWatch;
import dev.millrace.monitoring.kafka.Worker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;

/** Judges the models by feedback, and beside it by their scores alone. Safe to share between threads. */
final class QualityWatch implements SmartLifecycle {
    private final Worker<Feedback> feedback;
    private final DriftWatch windows;
    private final Map<String, Double> thresholds;
    private volatile boolean started;

    /** @param thresholds of the model versions that pipelines name, from which the positive label is chosen */
    QualityWatch(Supplier<Feedback> feedback, DriftWatch windows, Map<String, Double> thresholds) {
        this.feedback = new Worker<>("quality", feedback, Feedback::step);
        this.windows = windows;
        this.thresholds = Map.copyOf(thresholds);
    }

    /** Of each model version that labels came of, by name. */
    Collection<QualityReport> reports() {
        var made = feedback.made();
        return made == null ? List.of() : new TreeMap<>(made.reports()).values();
    }

    /** The last alert of each. */
    Collection<QualityDetected> alerts() {
        var made = feedback.made();
        return made == null ? List.of() : made.alerts().values();
    }

    /** Of the last windows of each model version that answers a pipeline, oldest first. */
    Map<String, List<Estimate>> estimates() {
        var made = feedback.made();
        var reports = made == null ? Map.<String, QualityReport>of() : made.reports();
        var history = windows.history();
        var estimates = new TreeMap<String, List<Estimate>>();
        for (var model : new TreeSet<>(history.keySet())) {
            Double threshold = thresholds.get(model);
            if (threshold != null) {
                var all = new ArrayList<Estimate>();
                for (var window : history.getOrDefault(model, List.of())) {
                    if (!window.scores().isEmpty()) {
                        all.add(Estimate.of(window, threshold, reports.get(model)));
                    }
                }
                estimates.put(model, all);
            }
        }
        return estimates;
    }

    @Override
    public void start() {
        started = true;
        feedback.start();
    }

    @Override
    public void stop() {
        started = false;
        feedback.stop();
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
