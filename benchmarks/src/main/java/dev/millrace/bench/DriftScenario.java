package dev.millrace.bench;

import dev.millrace.bench.drift.Cell;
import dev.millrace.bench.drift.Detector;
import dev.millrace.bench.drift.Embeddings;
import dev.millrace.bench.drift.Fleet;
import dev.millrace.bench.drift.Law;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The whole table of shift × rows × detector. Starts no suite; its windows are made, from the seed. */
final class DriftScenario implements Scenario.Body {
    private static final int[] ROWS = {50, 100, 200, 500, 1000, 5000};
    private static final int SEEDS = 20;
    private static final int SERIES = 410;
    private static final int WINDOWS_A_MONTH = 8640;
    /** One false alert in 90 days of windows of five minutes. */
    private static final double LEVEL = 5.0 / (90 * 24 * 60);

    private static final List<Shift> SHIFTS =
            List.of(new Shift("0.1 σ", 0.1, 1), new Shift("0.2 σ", 0.2, 1), new Shift("15 % wider", 0, 1.15));

    private final int windows;

    private record Shift(String title, double mean, double deviation) {}

    /** @param windows of each cell and round, 100 or more */
    DriftScenario(int windows) {
        this.windows = windows;
    }

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) {
        var figures = new Figures();
        int count = windows * settings.rounds();
        for (var law : Law.values()) {
            for (int rows : ROWS) {
                for (var detector : law.detectors()) {
                    var cell = new Cell(law, rows, 0, 1);
                    double[] alarms = cell.alarms(detector, count, settings.seed(), 0.01, 0.001);
                    String variant = "%s, %d rows, %s".formatted(law.title(), rows, title(detector));
                    figures.add("false alarms at 1 %", variant, "%", alarms[0], "about 1 or less");
                    figures.add("false alarms at 0.1 %", variant, "%", alarms[1], "about 0.1 or less");
                }
                settings.tell("%s, %d rows: false alarms counted", law.title(), rows);
            }
        }
        for (var shift : SHIFTS) {
            for (int rows : ROWS) {
                for (var detector : Law.NORMAL.detectors()) {
                    var cell = new Cell(Law.NORMAL, rows, shift.mean(), shift.deviation());
                    double found = cell.alarms(detector, Math.max(100, count / 10), settings.seed(), 0.01)[0];
                    figures.add(
                            "found at 1 %",
                            "%s, %d rows, %s".formatted(shift.title(), rows, title(detector)), "%", found);
                }
            }
            settings.tell("%s: looked for", shift.title());
        }
        embeddings(figures, count, settings);
        fleet(figures, settings);
        return new Scenario.Findings(Map.of("windows", Integer.toString(count)), figures.all(), List.of());
    }

    private static void embeddings(Figures figures, int windows, BenchSettings settings) {
        // Each makes a reference of 384 dimensions, which takes a while.
        int calmCount = Math.max(20, windows / 5);
        int shiftedCount = Math.max(20, windows / 20);
        for (int rows : new int[] {100, 500, 1000}) {
            var cell = new Embeddings(384, rows);
            var calm = cell.alarms(calmCount, settings.seed(), 0, 0);
            var shifted = cell.alarms(shiftedCount, settings.seed() + 1, 20, 0.2);
            String variant = "384 dimensions, %d rows, ".formatted(rows);
            figures.add(
                    "false alarms at 1 %", variant + "mean discrepancy", "%", calm.discrepancy(), "about 1 or less");
            figures.add(
                    "false alarms at 1 %", variant + "domain classifier", "%", calm.classifier(), "about 1 or less");
            figures.add("found at 1 %", "0.2 σ in 20 of " + variant + "mean discrepancy", "%", shifted.discrepancy());
            figures.add("found at 1 %", "0.2 σ in 20 of " + variant + "domain classifier", "%", shifted.classifier());
            settings.tell("embeddings, %d rows: looked at", rows);
        }
    }

    private static void fleet(Figures figures, BenchSettings settings) {
        var fleet = new Fleet(SERIES, WINDOWS_A_MONTH, LEVEL);
        for (int seed = 0; seed < SEEDS; seed++) {
            figures.add(
                    "false pages of 410 series in 30 days",
                    "20 seeds",
                    "",
                    fleet.pages(settings.seed() + seed),
                    "median 1, worst 3");
            figures.add(
                    "windows until 0.3 σ in 5 % of series is paged",
                    "20 seeds", "", fleet.delay(settings.seed() + seed, SERIES / 20, 0.3), "4 or less");
        }
    }

    private static String title(Detector detector) {
        return detector.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
