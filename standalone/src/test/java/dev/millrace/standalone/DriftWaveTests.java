package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class DriftWaveTests {
    private static final Instant SINCE = Instant.parse("2026-11-22T10:00:00Z");

    @Test
    void makesMailsOfThreeKindsNoTwoTheSame() {
        var mails = IntStream.range(0, 60)
                .mapToObj(number -> new String(DriftWave.mail(number), ISO_8859_1))
                .toList();

        assertThat(mails).doesNotHaveDuplicates().allMatch(mail -> mail.startsWith("X-Wave: "));
        assertThat(mails.get(0)).contains("LOTTERY");
        assertThat(mails.get(1)).contains("Content-Transfer-Encoding: quoted-printable");
        assertThat(mails.get(2)).hasSizeGreaterThan(10_000).contains("Subject: Lunch on Thursday?");
    }

    @Test
    void takesTheFirstWindowAfterTheShiftForTheAlarm() {
        var alarm = DriftAlarm.of(JsonMapper.shared().readTree(drift("OPENED")), SINCE);

        assertThat(alarm).hasValueSatisfying(found -> {
            assertThat(found.model()).isEqualTo("spam/2");
            assertThat(found.start()).isEqualTo("2026-11-22T10:00:10Z");
            assertThat(found.drifted()).isEqualTo(2);
            assertThat(found.series()).isEqualTo(3);
            assertThat(found.most()).extracting(DriftAlarm.Change::series).containsExactly("links", "text_length");
        });
    }

    @Test
    void waitsUntilTheAlarmIsOpen() {
        assertThat(DriftAlarm.of(JsonMapper.shared().readTree(drift("RESOLVED")), SINCE))
                .isEmpty();
        assertThat(DriftAlarm.of(JsonMapper.shared().readTree("{\"reports\":{},\"alerts\":[]}"), SINCE))
                .isEmpty();
    }

    @Test
    void takesNoWindowThatBeganBeforeTheShift() {
        var drift = JsonMapper.shared().readTree(drift("OPENED"));

        assertThat(DriftAlarm.of(drift, SINCE.plusSeconds(11))).isEmpty();
        assertThat(DriftAlarm.mostRows(drift, SINCE)).isEqualTo(120);
        assertThat(DriftAlarm.mostRows(drift, SINCE.plusSeconds(11))).isZero();
        assertThat(DriftAlarm.isOpen(drift)).isTrue();
        assertThat(DriftAlarm.isOpen(JsonMapper.shared().readTree(drift("RESOLVED"))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.5,higher", "-0.5,lower", "0.01,spread otherwise", "0,spread otherwise"})
    void saysWhichWayASeriesWent(double effect, String direction) {
        assertThat(new DriftAlarm.Change("links", effect, 0.5).direction()).isEqualTo(direction);
    }

    private static String drift(String state) {
        String window = """
                {"model":"spam/2","start":"2026-11-22T%s","end":"2026-11-22T%s","rows":120,"series":[
                 {"series":"text_length","state":"%3$s","effect":0.4,"share":0.2},
                 {"series":"links","state":"%3$s","effect":-0.7,"share":0.7},
                 {"series":"score","state":"STABLE","effect":0.01,"share":0.1}]}""";
        return """
                {"alerts":[{"model":"spam/2","state":"%s"}],"reports":{"spam/2":[%s,%s,%s]}}""".formatted(
                        state,
                        window.formatted("09:59:50Z", "10:00:00Z", "DRIFTED"),
                        window.formatted("10:00:00Z", "10:00:10Z", "STABLE"),
                        window.formatted("10:00:10Z", "10:00:20Z", "DRIFTED"));
    }
}
