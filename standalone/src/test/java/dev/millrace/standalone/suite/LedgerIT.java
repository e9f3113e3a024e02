package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.Ledger;
import dev.millrace.ledger.LedgerProgress;
import dev.millrace.ledger.LedgerSettings;
import dev.millrace.ledger.report.FaultEffect;
import dev.millrace.ledger.report.Summary;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small run of the ledger on the real suite. */
class LedgerIT {
    private static final int RECORDS = 1_200;
    private static final int FAULTS = 3;
    /** Those that take longest and that no other test has. */
    private static final Set<String> KINDS =
            Set.of("zombie-after-send-before-commit", "zombie-before-transaction-commit", "suspend");

    private static final long SEED = 20_261_123;

    @Test
    void findsNothingWrongWithTheSuite(@TempDir Path folder) throws Exception {
        var settings =
                new LedgerSettings(RECORDS, FAULTS, KINDS, SEED, 60, null, LedgerSettings.PATIENCE, folder, "test");
        try (var suite = new Suite(
                        new Installation(Path.of("..").toAbsolutePath().normalize()),
                        new StateFolder(folder.resolve("suite")),
                        TestAddresses.free(),
                        new Silence(),
                        SuiteUnderTest.settings(folder));
                var system = SuiteUnderTest.of(suite, folder)) {
            suite.start(() -> new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), line -> {}).build());

            var report = new Ledger(system, settings, new SilentProgress()).run();

            assertThat(report.isClean()).as(Summary.of(report)).isTrue();
            assertThat(report.verdict().posted()).isEqualTo(RECORDS);
            assertThat(report.verdict().orderedPairs()).isPositive();
            assertThat(report.faults())
                    .hasSize(FAULTS)
                    .extracting(FaultEffect::fault)
                    .doesNotHaveDuplicates();
        }
    }

    static final class SilentProgress implements LedgerProgress {
        @Override
        public void note(String line) {}

        @Override
        public void at(Standing standing) {}
    }
}
