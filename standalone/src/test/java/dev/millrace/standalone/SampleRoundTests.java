package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.UploadResult;
import dev.millrace.contract.UploadResult.Model;
import dev.millrace.contract.UploadResult.Status;
import dev.millrace.standalone.ResultStream.Arrival;
import dev.millrace.standalone.Samples.Sample;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SampleRoundTests {
    private static final Instant ACCEPTED = Instant.parse("2026-11-22T21:00:00Z");

    private final UUID first = UUID.fromString("019ab000-0000-7000-8000-000000000001");
    private final UUID second = UUID.fromString("019ab000-0000-7000-8000-000000000002");
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final SampleRound round = round();

    @Test
    void isRightWhenEachHasItsOneResult() {
        arrive(first, "ham");
        arrive(second, "spam");

        assertThat(round.isComplete()).isTrue();
        assertThat(round.summarise()).isTrue();
        assertThat(text())
                .contains("%s  01-ham-lunch.eml                ham    0.2500  spam/2      41 ms".formatted(first))
                .contains("2 of 2 samples have their one result, 0 labels of clear-cut samples are wrong");
    }

    @Test
    void isWrongWhenOneIsMissing() {
        arrive(first, "ham");

        assertThat(round.isComplete()).isFalse();
        assertThat(round.summarise()).isFalse();
        assertThat(text()).contains("no result: %s 02-spam-lottery.eml".formatted(second));
    }

    @Test
    void isWrongWhenAClearLabelIsWrong() {
        arrive(first, "spam");
        arrive(second, "spam");

        assertThat(round.summarise()).isFalse();
        assertThat(text()).contains("expected: ham");
    }

    @Test
    void showsAWrongLabelOfAnUnclearSampleToo() {
        var unclear = UUID.fromString("019ab000-0000-7000-8000-000000000003");
        var lone = new SampleRound(console(), List.of(new Sample("07-ham-receipt.eml", "ham", false)));
        lone.posted(unclear, new Sample("07-ham-receipt.eml", "ham", false));

        lone.arrived(List.of(arrival(unclear, "spam")), Duration.ofSeconds(20));

        assertThat(lone.summarise()).isTrue();
        assertThat(text())
                .contains("expected: ham")
                .contains("0 of 1 labels are those that the samples were written for");
    }

    @Test
    void isWrongWhenOneComesTwice() {
        arrive(first, "ham");
        arrive(second, "spam");
        arrive(second, "spam");

        assertThat(round.summarise()).isFalse();
        assertThat(text()).contains("more than one result: " + second);
    }

    @Test
    void leavesOthersResultsAside() {
        boolean other = arrive(UUID.fromString("019ab000-0000-7000-8000-000000000009"), "ham");

        assertThat(text()).isEmpty();
        assertThat(other).isFalse();
        assertThat(arrive(first, "ham")).isTrue();
    }

    private SampleRound round() {
        var lunch = new Sample("01-ham-lunch.eml", "ham", true);
        var lottery = new Sample("02-spam-lottery.eml", "spam", true);
        var created = new SampleRound(console(), List.of(lunch, lottery));
        created.posted(first, lunch);
        created.posted(second, lottery);
        return created;
    }

    private Console console() {
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new Console(out, out, false, false);
    }

    private boolean arrive(UUID id, String label) {
        return round.arrived(List.of(arrival(id, label)), Duration.ofSeconds(20));
    }

    private static Arrival arrival(UUID id, String label) {
        var result = new UploadResult(
                id,
                1,
                "spam",
                Status.SUCCEEDED,
                label,
                0.25,
                0.5,
                new Model("spam", "2", "00", "fp32"),
                null,
                null,
                ACCEPTED,
                ACCEPTED.plusMillis(30),
                List.of(),
                null);
        return new Arrival(result, "{}", ACCEPTED.plusMillis(41));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
