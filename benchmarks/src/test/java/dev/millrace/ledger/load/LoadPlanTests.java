package dev.millrace.ledger.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.ledger.load.LoadPlan.Planned;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LoadPlanTests {
    private static final Duration LENGTH = Duration.ofSeconds(100);

    private final LoadPlan plan = LoadPlan.of(5_000, LENGTH, 40, 7);

    @Test
    void isTheSameForTheSameSeed() {
        var again = LoadPlan.of(5_000, LENGTH, 40, 7);

        assertThat(again.uploads()).isEqualTo(plan.uploads());
        assertThat(again.text(again.uploads().getLast()))
                .isEqualTo(plan.text(plan.uploads().getLast()));
        assertThat(LoadPlan.of(5_000, LENGTH, 40, 8).uploads()).isNotEqualTo(plan.uploads());
    }

    @Test
    void spreadsTheUploadsOverTheRun() {
        var times = plan.uploads().stream().map(Planned::at).toList();

        assertThat(times).isSorted().allMatch(at -> at >= 0 && at < LENGTH.toNanos());
        assertThat(times.stream().filter(at -> at < LENGTH.toNanos() / 2).count())
                .isBetween(2_300L, 2_700L);
    }

    @Test
    void repeatsEarlierTexts() {
        assertThat(plan.texts()).isBetween(1_850, 2_150);
        assertThat(LoadPlan.of(500, LENGTH, 100, 7).texts()).isEqualTo(500);
        assertThat(LoadPlan.of(500, LENGTH, 0, 7).texts()).isEqualTo(1);
    }

    @Test
    void numbersTheUploadsOfEachKey() {
        var byKey = plan.uploads().stream()
                .filter(upload -> upload.key() != null)
                .collect(Collectors.groupingBy(Planned::key, Collectors.mapping(Planned::order, Collectors.toList())));

        assertThat(byKey).hasSizeGreaterThan(20);
        assertThat(byKey.values()).allSatisfy(orders -> {
            assertThat(orders).isSorted().doesNotHaveDuplicates();
            assertThat(orders).first().isEqualTo(0);
            assertThat(orders).last().isEqualTo(orders.size() - 1);
        });
    }

    @Test
    void mixesTextsOfManyKinds() {
        var texts = plan.uploads().stream().map(plan::text).distinct().toList();

        assertThat(texts).anyMatch(text -> text.contentType().equals(Text.MAIL));
        assertThat(texts).anyMatch(text -> text.contentType().equals(Text.PLAIN));
        assertThat(texts).anyMatch(text -> text.body().contains("会議"));
        assertThat(texts).anyMatch(text -> text.body().contains("🚂"));
        assertThat(texts).anyMatch(text -> text.body().split("\\s+").length < 4);
        assertThat(texts).anyMatch(text -> text.body().split("\\s+").length > 150);
    }

    @Test
    void refusesAnImpossibleShare() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LoadPlan.of(1, LENGTH, 101, 7))
                .withMessage("fresh: 101 (expected: 0 to 100)");
    }
}
