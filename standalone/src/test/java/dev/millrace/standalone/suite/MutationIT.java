package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.Ledger;
import dev.millrace.ledger.LedgerSettings;
import dev.millrace.ledger.audit.Anomaly.Kind;
import dev.millrace.ledger.fault.FaultChoice;
import dev.millrace.ledger.fault.FaultPlan;
import dev.millrace.ledger.load.LoadPlan;
import dev.millrace.ledger.report.LedgerReport;
import dev.millrace.ledger.report.Summary;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ledger must find every guard that is switched off, within three short runs with faults of one kind, and nothing in
 * such runs where none is. Runs on demand only: {@code mvn verify -Pmutations -pl standalone -am}.
 */
@Tag("mutations")
class MutationIT {
    private static final int RUNS = 3;
    private static final int RECORDS = 1_000;
    private static final int FRESH = 20;
    /** As many as strike each stage once. */
    private static final Map<String, Integer> FAULTS =
            Map.of("send-lost", 3, "transaction-lost", 2, "zombie-before-transaction", 1);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void isFoundByTheLedger(Mutation mutation, @TempDir Path folder) throws Exception {
        for (int run = 1; run <= RUNS; run++) {
            var runFolder = Files.createDirectories(folder.resolve("run-" + run));
            Path agent = mutation.pack(home(), jars(), runFolder);
            var report = run(mutation.fault(), run, runFolder, "\"-javaagent:%s\"".formatted(agent));
            System.out.printf("%s, run %d:%n%s%n", mutation, run, Summary.of(report));
            var found = found(report);
            if (!found.isEmpty()) {
                assertThat(found).containsAll(mutation.anomalies());
                return;
            }
        }
        assertThat(mutation).as("found within %d runs", RUNS).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-lost", "transaction-lost", "zombie-before-transaction"})
    void findsNothingWithEveryGuardOn(String fault, @TempDir Path folder) throws Exception {
        var report = run(fault, 1, folder, "");

        assertThat(report.isClean()).as(Summary.of(report)).isTrue();
    }

    private static Set<Kind> found(LedgerReport report) {
        return Set.copyOf(report.verdict().anomalies().stream()
                .map(anomaly -> anomaly.kind())
                .toList());
    }

    /** @param agent an option of the services' JVMs, empty for none */
    private static LedgerReport run(String fault, long seed, Path folder, String agent) throws Exception {
        var environment = new HashMap<>(SuiteUnderTest.settings(folder));
        environment.merge("JAVA_TOOL_OPTIONS", agent, (faults, mutant) -> faults + " " + mutant);
        var kinds = Set.of(fault);
        int faults = FAULTS.getOrDefault(fault, 1);
        var length = FaultPlan.shortest(FaultChoice.of(faults, kinds, LoadPlan.random(seed)));
        // Without the bursts that measure a rate: a mutant may not come through them.
        double rate = Math.floor(RECORDS * 10.0 / length.toSeconds()) / 10;
        var settings = new LedgerSettings(RECORDS, faults, kinds, seed, FRESH, rate, PATIENCE, folder, "mutant");
        try (var suite = new Suite(
                        new Installation(home()),
                        new StateFolder(folder.resolve("suite")),
                        Addresses.free(),
                        new Silence(),
                        environment);
                var system = SuiteUnderTest.of(suite, folder)) {
            suite.start(() -> new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), line -> {}).build());
            return new Ledger(system, settings, new LedgerIT.SilentProgress()).run();
        }
    }

    private static Path home() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    /** What feature-service runs with: the stage runtime and all that it needs. */
    private static List<Path> jars() throws Exception {
        var folder = new Installation(home()).thinJar(Service.FEATURE).getParent();
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
