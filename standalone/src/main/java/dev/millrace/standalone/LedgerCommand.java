package dev.millrace.standalone;

import dev.millrace.ledger.Ledger;
import dev.millrace.ledger.LedgerProgress;
import dev.millrace.ledger.LedgerSettings;
import dev.millrace.ledger.fault.FaultChoice;
import dev.millrace.ledger.report.HtmlReport;
import dev.millrace.ledger.report.LedgerReport;
import dev.millrace.ledger.report.Summary;
import dev.millrace.standalone.suite.Addresses;
import dev.millrace.standalone.suite.StateFolder;
import dev.millrace.standalone.suite.Suite;
import dev.millrace.standalone.suite.SuiteUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Breaks a suite of its own and shows that nothing comes of it. */
@Command(
        name = "ledger",
        description = "Starts a suite of its own, posts uploads at a steady pace, kills, stops and suspends its parts"
                + " meanwhile, and then checks that every accepted upload has exactly one result.",
        footer =
                "%nStatus 0 only if every fault struck and there is no anomaly. The same seed makes the same uploads and"
                        + " the same faults.")
final class LedgerCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Millrace millrace;

    @Mixin
    private SuiteRunner runner;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Uploads (default: ${DEFAULT-VALUE}).")
    private int records;

    @Option(
            names = "--faults",
            paramLabel = "N",
            defaultValue = "10",
            description = "Faults, one at a time, every kind at least once if there are as many (default:"
                    + " ${DEFAULT-VALUE}).")
    private int faults;

    @Option(
            names = "--kinds",
            paramLabel = "KIND",
            split = ",",
            completionCandidates = Kinds.class,
            description = "The only kinds of faults to choose from, of ${COMPLETION-CANDIDATES} (default: all).")
    private Set<String> kinds = Set.of();

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Makes the uploads and the faults (default: another one each time).")
    private @Nullable Long seed;

    @Option(
            names = "--fresh",
            paramLabel = "PERCENT",
            defaultValue = "60",
            description = "How many uploads in a hundred carry a text that none before carried (default:"
                    + " ${DEFAULT-VALUE}).")
    private int fresh;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description =
                    "Uploads a second (default: at most half of what a burst before the run shows the suite to be able"
                            + " to, and slow enough for the faults to fit in).")
    private @Nullable Double rate;

    @Option(
            names = "--brokers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Brokers of Kafka, 1 or 3; of three, each topic has a replica on each and takes a record once"
                    + " two have it, and a fault strikes one after the other (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes everything into a file.")
    private @Nullable Path json;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes a page for a browser.")
    private @Nullable Path page;

    @Override
    public Integer call() throws Exception {
        if (brokers != 1 && brokers != 3) {
            throw new ParameterException(spec.commandLine(), "--brokers: %d (expected: 1 or 3)".formatted(brokers));
        }
        var console = Console.standard();
        var folder = RunFiles.newFolder(millrace, "ledger");
        var settings = settings(folder);
        console.print(console.bold(
                "Millrace ledger: %,d uploads, %d faults, seed %d".formatted(records, faults, settings.seed())));
        Files.createDirectories(folder);
        int status = runner.run(
                new StateFolder(folder.resolve("suite")),
                millrace.addressesOr(Addresses::free).withBrokers(brokers),
                SuiteUnderTest.settings(folder),
                console,
                suite -> run(suite, settings, console));
        if (status == Millrace.OK) {
            RunFiles.delete(folder);
        } else {
            console.print("%nThe suite's logs and the client's journal are in %s", folder);
        }
        return status;
    }

    private int run(Suite suite, LedgerSettings settings, Console console) throws Exception {
        LedgerReport report;
        try (var system = SuiteUnderTest.of(suite, settings.folder())) {
            report = new Ledger(system, settings, new Progress(console)).run();
        }
        console.print("");
        console.print(Summary.of(report));
        if (json != null) {
            RunFiles.write(json, JSON.writeValueAsString(report));
        }
        if (page != null) {
            RunFiles.write(page, HtmlReport.of(report));
        }
        console.print(
                report.isClean()
                        ? console.green("Clean: every accepted upload has exactly one result.")
                        : console.red("Not clean: see above."));
        return report.isClean() ? Millrace.OK : Millrace.NOT_AS_ASKED;
    }

    private LedgerSettings settings(Path folder) {
        try {
            long chosen = seed != null ? seed : RandomGenerator.getDefault().nextInt(1_000_000);
            String version = spec.root().version()[0];
            return new LedgerSettings(
                    records, faults, kinds, chosen, fresh, rate, LedgerSettings.PATIENCE, folder, version);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private static final class Kinds extends ArrayList<String> {
        Kinds() {
            super(FaultChoice.kinds());
        }
    }

    /** One line that is written over; where that cannot be, one every few seconds. */
    private static final class Progress implements LedgerProgress {
        private static final int QUIET_SECONDS = 10;

        private final Console console;
        private long printed = -QUIET_SECONDS;

        Progress(Console console) {
            this.console = console;
        }

        @Override
        public void note(String line) {
            console.transientLine("");
            console.print("      " + line);
        }

        @Override
        public void at(Standing standing) {
            long seconds = standing.elapsed().toSeconds();
            String line = "  %3d of %d s  sent %,d  accepted %,d  results %,d  waiting %,d  %s"
                    .formatted(
                            seconds,
                            standing.length().toSeconds(),
                            standing.sent(),
                            standing.accepted(),
                            standing.results(),
                            standing.backlog(),
                            standing.fault());
            console.transientLine(line);
            if (!console.isTerminal() && seconds - printed >= QUIET_SECONDS) {
                printed = seconds;
                console.print(line);
            }
        }
    }
}
