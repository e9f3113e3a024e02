package dev.millrace.bench.engine;

import dev.millrace.model.ModelRepository;
import dev.millrace.model.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * The process that measures: {@code EngineProgram REPOSITORY SCENARIO ROUNDS SECONDS SEED}. It tells what it finds in
 * lines, see {@link Line}; whatever else it prints is somebody else's log.
 */
public final class EngineProgram {
    /** The model that is measured. */
    static final String ENCODER = "all-MiniLM-L6-v2";

    /** Threads that run it, as many as the feature service has by default. */
    static final int WORKERS = 2;

    /** Tokens to which texts are cut, as in the pipeline {@code spam}. */
    static final int MAX_TOKENS = 256;

    private EngineProgram() {}

    /**
     * How to measure.
     *
     * @param rounds times that each variant is measured, in turn
     * @param length of one measurement
     * @param seed of the texts
     */
    record Plan(StoredModel model, int rounds, Duration length, long seed) {}

    public static void main(String[] arguments) throws Exception {
        var model = ModelRepository.open(Path.of(arguments[0])).model(ENCODER, "1");
        var plan = new Plan(
                model,
                Integer.parseInt(arguments[2]),
                Duration.ofSeconds(Integer.parseInt(arguments[3])),
                Long.parseLong(arguments[4]));
        switch (arguments[1]) {
            case "engine" -> EngineMeasurement.run(plan);
            case "precision" -> PrecisionMeasurement.run(plan);
            case "loop" -> LoopMeasurement.run(plan);
            case "soak" -> Soak.run(plan);
            default ->
                throw new IllegalArgumentException(
                        "scenario: '%s' (expected: engine, loop, precision or soak)".formatted(arguments[1]));
        }
    }

    static void tell(String line, Object... arguments) {
        System.out.println(new Line.Progress(String.format(Locale.ROOT, line, arguments)).text());
    }

    static void add(String name, String variant, String unit, double value, String goal) {
        System.out.println(new Line.Measured(name, variant, unit, value, goal).text());
    }
}
