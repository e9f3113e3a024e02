package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Histogram;
import dev.millrace.monitoring.kafka.Worker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.context.SmartLifecycle;

/** Compares windows of traffic with what the models were trained on. Safe to share between threads. */
public final class DriftWatch implements SmartLifecycle {
    private final Profiles profiles;
    private final Worker<WindowCounter> counter;
    private final Worker<Reports> reports;
    private volatile boolean started;

    DriftWatch(
            Profiles profiles,
            Supplier<WindowCounter> counters,
            Function<BooleanSupplier, Reports> reports,
            MeterRegistry registry) {
        this.profiles = profiles;
        this.counter = new Worker<>("drift-windows", counters, WindowCounter::step);
        var meters = new ReportMeters(registry);
        this.reports = new Worker<>("drift-reports", () -> reports.apply(this::sendsAlerts), made -> {
            made.step();
            last().forEach(meters::show);
            made.alerts().values().forEach(meters::show);
        });
    }

    /** The last report of each model version. */
    public List<DriftReport> last() {
        return history().values().stream().map(List::getLast).toList();
    }

    /** The last reports of each model version, oldest first; empty while Kafka does not answer. */
    public Map<String, List<DriftReport>> history() {
        var made = reports.made();
        return made == null ? Map.of() : made.history();
    }

    /** What a window counted beside its reference; nothing of windows that are long over. */
    public Optional<List<Histogram>> histograms(String model, Instant start) {
        return Optional.ofNullable(reports.made()).flatMap(made -> made.histograms(model, start));
    }

    /** The last alert of each model version. */
    public Collection<DriftDetected> alerts() {
        var made = reports.made();
        return made == null ? List.of() : made.alerts().values();
    }

    /** The last alert of each model version about its data. */
    public Collection<FaultsDetected> faultAlerts() {
        var made = reports.made();
        return made == null ? List.of() : made.faultAlerts().values();
    }

    /** The model versions that have no report, and why. */
    public Map<String, String> withoutFigures() {
        return profiles.missing();
    }

    /** Whether this replica is the one that sends alerts. */
    public boolean sendsAlerts() {
        var made = counter.made();
        return made != null && made.has(0);
    }

    @Override
    public void start() {
        started = true;
        counter.start();
        reports.start();
    }

    @Override
    public void stop() {
        started = false;
        counter.stop();
        reports.stop();
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
