package dev.millrace.standalone;

import dev.millrace.contract.UploadResult;
import dev.millrace.standalone.ResultStream.Arrival;
import dev.millrace.standalone.Samples.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Holds what was posted against what came back. Not thread-safe. */
final class SampleRound {
    private final Console console;
    private final int size;
    private final Map<UUID, Sample> posted = new LinkedHashMap<>();
    private final Map<UUID, Arrival> results = new HashMap<>();
    private final List<UUID> repeated = new ArrayList<>();
    private @Nullable Duration first;

    SampleRound(Console console, List<Sample> samples) {
        this.console = console;
        this.size = samples.size();
    }

    void posted(UUID id, Sample sample) {
        posted.put(id, sample);
    }

    /**
     * Takes up results.
     *
     * @param elapsed since the start of the command
     * @return whether the first result of any of the samples is among them
     */
    boolean arrived(List<Arrival> arrivals, Duration elapsed) {
        int before = results.size();
        for (var arrival : arrivals) {
            var sample = posted.get(arrival.result().id());
            if (sample == null) {
                continue;
            }
            if (results.putIfAbsent(arrival.result().id(), arrival) != null) {
                repeated.add(arrival.result().id());
                continue;
            }
            if (first == null) {
                first = elapsed;
                console.print(console.bold("  %-36s  %-30s  %-6s %6s  %-8s %8s"
                        .formatted("ID", "SAMPLE", "LABEL", "SCORE", "MODEL", "TIME")));
            }
            console.print(row(sample, arrival));
        }
        return results.size() > before;
    }

    boolean isComplete() {
        return results.size() == size;
    }

    /** Prints what came of it, and says whether it is as it should be. */
    boolean summarise() {
        var missing = posted.entrySet().stream()
                .filter(entry -> !results.containsKey(entry.getKey()))
                .toList();
        var wrong = posted.entrySet().stream()
                .filter(entry -> results.containsKey(entry.getKey()))
                .filter(entry -> entry.getValue().clear() && !isRight(entry.getValue(), results.get(entry.getKey())))
                .toList();
        boolean right = missing.isEmpty() && wrong.isEmpty() && repeated.isEmpty() && posted.size() == size;
        console.print(
                "%n  %s  %d of %d samples have their one result, %d labels of clear-cut samples are wrong",
                right ? console.green("ok") : console.red("FAILED"),
                results.size() - repeated.stream().distinct().count(),
                size,
                wrong.size());
        // What the models get wrong is to be seen, also where nothing depends on it.
        long asWritten = results.entrySet().stream()
                .filter(entry -> isRight(Objects.requireNonNull(posted.get(entry.getKey())), entry.getValue()))
                .count();
        console.print("      %d of %d labels are those that the samples were written for", asWritten, size);
        if (!results.isEmpty()) {
            var latencies =
                    results.values().stream().map(Arrival::latency).sorted().toList();
            console.print(
                    "      through the pipeline in %s (median) to %s (slowest); first result %s after the start",
                    StepPrinter.format(latencies.get(latencies.size() / 2)),
                    StepPrinter.format(latencies.getLast()),
                    first == null ? "-" : StepPrinter.format(first));
        }
        missing.forEach(entry -> console.print(
                "      no result: %s %s", entry.getKey(), entry.getValue().file()));
        repeated.forEach(id -> console.print("      more than one result: %s", id));
        return right;
    }

    private String row(Sample sample, Arrival arrival) {
        var result = arrival.result();
        boolean right = isRight(sample, arrival);
        String label = "%-6s".formatted(result.label() == null ? result.status().name() : result.label());
        return "  %s  %-30s  %s %6s  %-8s %8s%s"
                .formatted(
                        result.id(),
                        sample.file(),
                        right ? label : console.red(label),
                        score(result),
                        model(result),
                        StepPrinter.format(arrival.latency()),
                        right ? "" : "  expected: " + sample.label() + reason(result));
    }

    static String score(UploadResult result) {
        return result.score() == null ? "-" : String.format(Locale.ROOT, "%.4f", result.score());
    }

    static String model(UploadResult result) {
        var model = result.model();
        return model == null ? "-" : model.name() + "/" + model.version();
    }

    private static String reason(UploadResult result) {
        var error = result.error();
        return error == null ? "" : " (%s in %s: %s)".formatted(error.code(), error.stage(), error.detail());
    }

    private static boolean isRight(Sample sample, @Nullable Arrival arrival) {
        return arrival != null && sample.label().equals(arrival.result().label());
    }
}
