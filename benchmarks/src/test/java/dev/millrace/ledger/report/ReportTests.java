package dev.millrace.ledger.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.audit.Anomaly;
import dev.millrace.ledger.audit.Anomaly.Kind;
import dev.millrace.ledger.audit.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ReportTests {
    private static final Latency QUICK = Latency.of(List.of(10_000_000L, 20_000_000L, 30_000_000L));
    private static final Anomaly LOST = new Anomaly(Kind.LOST, "id-1", "<b>upload 7</b>");

    @Test
    void isCleanOnlyIfEveryFaultStruckAndNothingIsWrong() {
        assertThat(report(1, 100, "").isClean()).isTrue();
        assertThat(report(2, 100, "").isClean()).isFalse();
        assertThat(report(1, 99, "").isClean()).isFalse();
        assertThat(report(1, 100, "feature ended").isClean()).isFalse();
        assertThat(report(1, 100, "", LOST).isClean()).isFalse();
        assertThat(report(1, 100, "", 20.1, 0.9).isClean()).isFalse();
        assertThat(report(1, 100, "", 1.5, 0).isClean()).isFalse();
    }

    @Test
    void needsNothingFromElsewhereAsAPage() {
        String page = HtmlReport.of(report(1, 100, "", LOST));

        assertThat(page)
                .contains("<svg", "kill -9 feature", "1 anomalies", "&lt;b&gt;upload 7&lt;/b&gt;")
                .doesNotContain("<script", "http:", "https:", "url(", "${");
    }

    @Test
    void saysEverythingAsText() {
        assertThat(Summary.of(report(2, 100, "feature ended", LOST)))
                .contains(
                        "100 posted",
                        "kill -9 feature",
                        "1 of 2 faults",
                        "LOST id-1",
                        "feature ended",
                        "seed 42",
                        "1.5 s at most",
                        "0.900 s or more");
    }

    @Test
    void canBeReadAgainAsJson() {
        var json = JsonMapper.builder().build();
        var report = report(1, 100, "", LOST);

        assertThat(json.readValue(json.writeValueAsString(report), LedgerReport.class))
                .isEqualTo(report);
    }

    private static LedgerReport report(int planned, int posted, String failure, Anomaly... anomalies) {
        return report(planned, posted, failure, 1.5, 0.9, anomalies);
    }

    private static LedgerReport report(
            int planned, int posted, String failure, double exit, double notice, Anomaly... anomalies) {
        var verdict = new Verdict(posted, 99, 1, 0, 0, 99, 5, 2, 40, Map.of("SUCCEEDED", 99), List.of(anomalies));
        var fault = new FaultEffect(
                1, "kill", "kill -9 feature", 10, 4.5, 6.0, null, QUICK, QUICK, QUICK, exit, notice, null);
        return new LedgerReport(
                Instant.parse("2026-11-22T00:00:00Z"),
                42,
                100,
                60,
                30,
                3.3,
                80.0,
                60,
                Map.of("java", "25"),
                Map.of("cores", "2"),
                planned,
                verdict,
                QUICK,
                QUICK,
                List.of(fault),
                List.of(new LedgerReport.Second(0, QUICK, 1), new LedgerReport.Second(1, Latency.of(List.of()), 0)),
                failure);
    }
}
