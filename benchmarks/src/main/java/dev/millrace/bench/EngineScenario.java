package dev.millrace.bench;

import dev.millrace.bench.engine.EngineProgram;
import dev.millrace.bench.engine.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The encoder alone, in a process of its own. */
record EngineScenario(String scenario) implements Scenario.Body {
    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        var figures = new Figures();
        var memory = new ArrayList<Line.Memory>();
        suites.runProgram(
                Suites.Libraries.ENCODER,
                EngineProgram.class.getName(),
                List.of(
                        scenario,
                        Integer.toString(settings.rounds()),
                        Long.toString(settings.length().toSeconds()),
                        Long.toString(settings.seed())),
                text -> Line.parse(text).ifPresent(line -> {
                    switch (line) {
                        case Line.Progress(String what) -> settings.tell("%s", what);
                        case Line.Measured(String name, String variant, String unit, double value, String goal) ->
                            figures.add(name, variant, unit, value, goal);
                        case Line.Memory point -> memory.add(point);
                    }
                }));
        return new Scenario.Findings(Map.of(), figures.all(), memory.size() < 2 ? List.of() : List.of(track(memory)));
    }

    private static BenchReport.Track track(List<Line.Memory> memory) {
        double step = memory.getLast().second() / memory.size();
        return new BenchReport.Track(
                "resident memory",
                "MiB",
                step,
                memory.stream().map(Line.Memory::mebibytes).toList());
    }
}
