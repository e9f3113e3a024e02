package dev.millrace.bench;

import dev.millrace.ledger.report.Machine;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * What a scenario showed.
 *
 * @param loadAverage of the machine when it began, tasks over the last minute; a machine that does other things as well
 *     shows less
 * @param settings with which it was run
 * @param timeline second by second, of scenarios that have one
 */
public record BenchReport(
        String scenario,
        String description,
        Instant beganAt,
        double loadAverage,
        Map<String, String> machine,
        Map<String, String> versions,
        Map<String, String> settings,
        List<Figure> figures,
        List<Track> timeline) {
    public BenchReport {
        figures = List.copyOf(figures);
        timeline = List.copyOf(timeline);
    }

    /**
     * A quantity over time.
     *
     * @param values one for each step
     * @param step seconds
     */
    public record Track(String name, String unit, double step, List<Double> values) {
        public Track {
            values = List.copyOf(values);
        }
    }

    static BenchReport of(Scenario scenario, BenchSettings settings, Callable<Scenario.Findings> work)
            throws Exception {
        var beganAt = Instant.now();
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        var found = work.call();
        var all = new TreeMap<>(found.settings());
        all.put("rounds", Integer.toString(settings.rounds()));
        all.put("length", settings.length().toSeconds() + " s");
        all.put("seed", Long.toString(settings.seed()));
        return new BenchReport(
                scenario.title(),
                scenario.description(),
                beganAt,
                load,
                Machine.describe(),
                Machine.versions(settings.version()),
                all,
                found.figures(),
                found.timeline());
    }
}
