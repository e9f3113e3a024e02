package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.Ledger;
import dev.millrace.ledger.LedgerSettings;
import dev.millrace.ledger.report.Summary;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The ledger must find every guard that is switched off, within three runs. Takes about an hour, so it runs on demand only:
 * {@code mvn verify -Pmutations -pl standalone -am}.
 */
@Tag("mutations")
class MutationIT {
    private static final int RUNS = 3;
    private static final int RECORDS = 3_000;
    private static final int FAULTS = 10;

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void isFoundByTheLedger(Mutation mutation, @TempDir Path folder) throws Exception {
        for (int run = 1; run <= RUNS; run++) {
            String found = run(mutation, 100 * run, Files.createDirectories(folder.resolve("run-" + run)));
            if (!found.isEmpty()) {
                System.out.printf("%s: found in run %d%n%s%n", mutation, run, found);
                return;
            }
        }
        assertThat(mutation).as("found within %d runs", RUNS).isNull();
    }

    /** @return the summary of a run that is not clean, else nothing */
    private static String run(Mutation mutation, long seed, Path folder) throws Exception {
        Path home = Path.of("..").toAbsolutePath().normalize();
        var environment = new HashMap<>(SuiteUnderTest.settings(folder));
        Path agent = mutation.pack(home, jars(home), folder);
        environment.merge(
                "JAVA_TOOL_OPTIONS", "\"-javaagent:%s\"".formatted(agent), (crashes, mutant) -> crashes + " " + mutant);
        var settings = new LedgerSettings(
                RECORDS, FAULTS, seed, 5, null, LedgerSettings.PATIENCE, true, folder, "mutant " + mutation);
        try (var suite = new Suite(
                new Installation(home),
                new StateFolder(folder.resolve("suite")),
                Addresses.free(),
                new Silence(),
                environment)) {
            suite.start(() -> new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), line -> {}).build());
            var report = new Ledger(SuiteUnderTest.of(suite, folder), settings, new LedgerIT.SilentProgress()).run();
            return report.isClean() ? "" : Summary.of(report);
        }
    }

    /** What feature-service runs with: the stage runtime and all that it needs. */
    private static List<Path> jars(Path home) throws Exception {
        var folder = new Installation(home).thinJar(Service.FEATURE).getParent();
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }
}
