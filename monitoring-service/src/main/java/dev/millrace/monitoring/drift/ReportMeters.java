package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.SeriesReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The last reports and alerts as meters. Safe to share between threads. */
final class ReportMeters {
    private final MeterRegistry registry;
    private final Map<Key, SeriesReport> series = new ConcurrentHashMap<>();
    private final Map<String, DriftDetected> alerts = new ConcurrentHashMap<>();
    private final Map<String, Map<Fault, Long>> faults = new ConcurrentHashMap<>();

    private record Key(String model, String series) {}

    ReportMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void show(DriftReport report) {
        showFaults(report);
        for (var one : report.series()) {
            var key = new Key(report.model(), one.series());
            if (series.put(key, one) == null) {
                register(key);
            }
        }
    }

    void show(DriftDetected alert) {
        if (alerts.put(alert.model(), alert) == null) {
            Gauge.builder("millrace.drift.alert", alerts, all -> isOpen(all.get(alert.model())))
                    .description("1 while an alert is open")
                    .tag("model", alert.model())
                    .register(registry);
        }
    }

    /** How many rows of the last window have each fault, 0 for those it has not. */
    private void showFaults(DriftReport report) {
        var byFault = new EnumMap<Fault, Long>(Fault.class);
        report.faults().forEach(one -> byFault.put(one.fault(), one.rows()));
        if (faults.put(report.model(), byFault) == null) {
            for (var fault : Fault.values()) {
                Gauge.builder("millrace.data.faulty", faults, all -> rows(all.get(report.model()), fault))
                        .description("Rows of the last window whose data has a fault, 0 if no more than usual")
                        .baseUnit("rows")
                        .tags("model", report.model(), "fault", fault.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
    }

    private static double rows(@Nullable Map<Fault, Long> faults, Fault fault) {
        return faults == null ? 0 : faults.getOrDefault(fault, 0L);
    }

    private static double isOpen(@Nullable DriftDetected alert) {
        return alert != null && alert.state() == DriftDetected.State.OPENED ? 1 : 0;
    }

    private void register(Key key) {
        var tags = Tags.of("model", key.model(), "feature", key.series());
        Gauge.builder("millrace.drift.p_value", series, all -> orNaN(adjusted(all.get(key))))
                .description("Adjusted p-value of the last window against training; NaN if rows were too few")
                .tags(tags)
                .register(registry);
        Gauge.builder("millrace.drift.effect", series, all -> orNaN(effect(all.get(key))))
                .description(
                        "Cliff's delta of the last window against training, for embeddings of a classifier's scores; NaN if rows were too few")
                .tags(tags)
                .register(registry);
        Gauge.builder("millrace.drift.psi", series, all -> orNaN(stability(all.get(key))))
                .description("Population stability index of the last window; NaN if rows were too few")
                .tags(tags)
                .register(registry);
        Gauge.builder("millrace.drift.invalid", series, all -> invalid(all.get(key)))
                .description("Values of the last window that are NaN or infinite")
                .baseUnit("values")
                .tags(tags)
                .register(registry);
    }

    private static @Nullable Double adjusted(@Nullable SeriesReport report) {
        return report == null ? null : report.adjustedPValue();
    }

    private static @Nullable Double effect(@Nullable SeriesReport report) {
        return report == null ? null : report.effect();
    }

    private static @Nullable Double stability(@Nullable SeriesReport report) {
        return report == null ? null : report.stability();
    }

    private static double invalid(@Nullable SeriesReport report) {
        return report == null ? 0 : report.invalid();
    }

    private static double orNaN(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }
}
