package dev.millrace.bench;

import dev.millrace.bench.skip.SkipBench;
import java.util.List;
import java.util.Map;

/** 400,000 expired uploads on one lane: the backlog that an overload leaves behind. */
final class SkipScenario implements Scenario.Body {
    private static final int RECORDS = 400_000;

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        return suites.with(Map.of(), target -> {
            var figures = new Figures();
            for (int round = 1; round <= settings.rounds(); round++) {
                for (var rate : new SkipBench(target.system(), RECORDS).run()) {
                    figures.add(
                            "expired uploads skipped", rate.stage(), "uploads/s", rate.perSecond(), "50000 or more");
                    settings.tell("%s: %.0f a second", rate.stage(), rate.perSecond());
                }
            }
            return new Scenario.Findings(Map.of("uploads", Integer.toString(RECORDS)), figures.all(), List.of());
        });
    }
}
