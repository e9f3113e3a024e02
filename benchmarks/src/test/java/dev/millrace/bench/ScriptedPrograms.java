package dev.millrace.bench;

import dev.millrace.bench.engine.Line;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs no program, but says what one would. */
final class ScriptedPrograms implements Suites {
    private final Function<Libraries, List<Line>> script;
    private final List<List<String>> asked = new ArrayList<>();

    ScriptedPrograms(Function<Libraries, List<Line>> script) {
        this.script = script;
    }

    /** The libraries, the class and the arguments of each program that should have run. */
    List<List<String>> asked() {
        return asked;
    }

    @Override
    public <T> T with(Map<String, String> settings, Work<T> work) {
        throw new AssertionError("no suite is needed");
    }

    @Override
    public Map<String, String> withAotCaches(Path folder) {
        throw new AssertionError("no cache is needed");
    }

    @Override
    public void runProgram(Libraries libraries, String main, List<String> arguments, Consumer<String> sink) {
        var command = new ArrayList<>(List.of(libraries.name(), main));
        command.addAll(arguments);
        asked.add(command);
        script.apply(libraries).forEach(line -> sink.accept(line.text()));
        sink.accept("12:00:00.000 [main] INFO ai.djl.util.Platform -- found");
    }
}
