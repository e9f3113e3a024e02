package dev.millrace.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.FakeSystem.Flaw;
import dev.millrace.ledger.audit.Anomaly.Kind;
import dev.millrace.ledger.report.LedgerReport;
import dev.millrace.ledger.report.Summary;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on a real broker, of systems that are good and bad on purpose. */
@ExtendWith(SandboxExtension.class)
class LedgerRunIT {
    private static final int RECORDS = 400;

    @TempDir
    private Path folder;

    @Test
    void findsNothingWrongWithAGoodSystem() throws Exception {
        var report = run(Flaw.NONE);

        assertThat(report.isClean()).as(Summary.of(report)).isTrue();
        assertThat(report.verdict().accepted()).isEqualTo(RECORDS);
        assertThat(report.verdict().orderedPairs()).isPositive();
        assertThat(report.latency().count()).isEqualTo(RECORDS);
        assertThat(report.latency().max()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "NO_RESULT, LOST",
        "SECOND_RESULT, DUPLICATE",
        "NOT_IN_STORE, UNSEEN",
        "OTHER_SCORE, MIXED_UP",
    })
    void findsTheFlawOfABadSystem(Flaw flaw, Kind kind) throws Exception {
        var report = run(flaw);

        assertThat(report.isClean()).isFalse();
        assertThat(report.verdict().counts().get(kind)).as(Summary.of(report)).isPositive();
    }

    private LedgerReport run(Flaw flaw) throws Exception {
        var settings = new LedgerSettings(RECORDS, 0, Set.of(), 7, 50, null, Duration.ofSeconds(3), folder, "test");
        try (var system = new FakeSystem(Sandbox.shared().bootstrapServers(), flaw)) {
            return new Ledger(system, settings, new Silence()).run();
        }
    }

    private static final class Silence implements LedgerProgress {
        @Override
        public void note(String line) {}

        @Override
        public void at(Standing standing) {}
    }
}
