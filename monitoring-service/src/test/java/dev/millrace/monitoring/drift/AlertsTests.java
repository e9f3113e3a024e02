package dev.millrace.monitoring.drift;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.FaultReport;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.WindowCounts;
import dev.millrace.monitoring.drift.DriftDetected.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class AlertsTests {
    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final SplittableRandom random = new SplittableRandom(20_261_123);
    private final List<DriftReport> reports = new ArrayList<>();

    @Test
    void opensAnAlertAtTheFirstWindowThatDrifted() {
        windows(0, 0, 1, 1);

        var alert = Alerts.next(null, reports).orElseThrow();

        assertThat(alert.state()).isEqualTo(State.OPENED);
        assertThat(alert.start()).isEqualTo(START.plus(LENGTH.multipliedBy(2)));
    }

    @Test
    void opensNoSecondAlertWhileOneIsOpen() {
        windows(1, 1, 0, 1, 0, 0, 1);
        var first = Alerts.next(null, reports).orElseThrow();

        assertThat(Alerts.next(first, reports)).isEmpty();
    }

    @Test
    void resolvesItAfterThreeWindowsWithoutDrift() {
        windows(1, 0, 0, 1, 0, 0, 0);
        var first = Alerts.next(null, reports).orElseThrow();

        var second = Alerts.next(first, reports).orElseThrow();

        assertThat(second.state()).isEqualTo(State.RESOLVED);
        assertThat(second.start()).isEqualTo(START.plus(LENGTH.multipliedBy(6)));
        assertThat(second.series()).isEmpty();
        assertThat(Alerts.next(second, reports)).isEmpty();
    }

    @Test
    void opensAnotherAfterThat() {
        windows(1, 0, 0, 0, 0, 1);
        var resolved =
                Alerts.next(Alerts.next(null, reports).orElseThrow(), reports).orElseThrow();

        assertThat(Alerts.next(resolved, reports).orElseThrow().start()).isEqualTo(START.plus(LENGTH.multipliedBy(5)));
    }

    @Test
    void learnsNothingFromWindowsWithTooFewRows() {
        windows(1);
        var open = Alerts.next(null, reports).orElseThrow();
        for (int i = 1; i < 6; i++) {
            reports.add(report(i, 0, 10));
        }

        assertThat(Alerts.next(open, reports)).isEmpty();
    }

    @Test
    void opensAnAlertOfFaultsBesideOneOfDrift() {
        windows(0, 0, 0, 0);
        var faulty = reports.get(1);
        reports.set(1, faulty(1, Fault.NULLS));

        var opened = Alerts.nextOfFaults(null, reports).orElseThrow();

        assertThat(opened.state()).isEqualTo(State.OPENED);
        assertThat(opened.start()).isEqualTo(faulty.start());
        assertThat(opened.faults()).isEqualTo(reports.get(1).faults());
        assertThat(Alerts.next(null, reports)).isEmpty();
        assertThat(Alerts.nextOfFaults(opened, reports)).isEmpty();
        assertThat(Alerts.nextOfFaults(
                                opened,
                                List.of(reports.get(1), report(2, 0, 300), report(3, 0, 300), report(4, 0, 300)))
                        .orElseThrow()
                        .state())
                .isEqualTo(State.RESOLVED);
    }

    @Test
    void namesAFaultThatComesWhileAnAlertOfAnotherIsOpen() {
        reports.addAll(List.of(
                faulty(0, Fault.NULLS),
                faulty(1, Fault.NULLS),
                faulty(2, Fault.MOJIBAKE),
                faulty(3, Fault.NULLS),
                report(4, 0, 300),
                report(5, 0, 300),
                report(6, 0, 300),
                faulty(7, Fault.TRUNCATION)));

        var alerts = new ArrayList<FaultsDetected>();
        for (var next = Alerts.nextOfFaults(null, reports); next.isPresent(); ) {
            alerts.add(next.get());
            next = Alerts.nextOfFaults(next.get(), reports);
        }

        assertThat(alerts)
                .extracting(FaultsDetected::state)
                .containsExactly(State.OPENED, State.OPENED, State.RESOLVED, State.OPENED);
        assertThat(alerts)
                .extracting(
                        alert -> alert.faults().stream().map(FaultReport::fault).toList())
                .containsExactly(
                        List.of(Fault.NULLS),
                        List.of(Fault.MOJIBAKE, Fault.NULLS),
                        List.of(),
                        List.of(Fault.TRUNCATION));
        assertThat(alerts).extracting(FaultsDetected::id).doesNotHaveDuplicates();
    }

    private DriftReport faulty(int window, Fault fault) {
        var clean = report(window, 0, 300);
        return new DriftReport(
                clean.model(),
                clean.start(),
                clean.end(),
                clean.rows(),
                clean.level(),
                clean.series(),
                List.of(new FaultReport(fault, 25, 0.05, 1e-9, List.of("links"), List.of())),
                List.of());
    }

    /** The file is what consumers of {@code drift.detected.v1} get. */
    @Test
    void carriesAllThatALookAtTheCauseNeeds() throws IOException {
        reports.add(report(0, 7, 500));

        var alert = Alerts.next(null, reports).orElseThrow();

        String json = JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(alert)
                + "\n";
        try (var golden = requireNonNull(AlertsTests.class.getResourceAsStream("drift-detected.json"))) {
            assertThat(json).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThat(alert.series()).hasSize(5).allSatisfy(series -> assertThat(series.examples())
                .hasSize(10));
    }

    private void windows(int... drifted) {
        for (int i = 0; i < drifted.length; i++) {
            reports.add(report(i, drifted[i], 300));
        }
    }

    /** @param drifted how many of ten series moved by a deviation */
    private DriftReport report(int number, int drifted, int rows) {
        var series = new ArrayList<SeriesProfile>();
        for (int i = 0; i < 10; i++) {
            series.add(SeriesProfile.of(
                    "series" + i,
                    random.doubles(1000).map(x -> random.nextGaussian()).toArray()));
        }
        var window = new WindowCounts(new Profile(series));
        for (int row = 0; row < rows; row++) {
            var values = new HashMap<String, Double>();
            for (int i = 0; i < 10; i++) {
                values.put("series" + i, random.nextGaussian() + (i < drifted ? 1 + i / 10.0 : 0));
            }
            window.add(new UUID(random.nextLong(), random.nextLong()), values);
        }
        var start = START.plus(LENGTH.multipliedBy(number));
        return new Judge(200, 1e-4).report("spam/2", start, start.plus(LENGTH), window);
    }
}
