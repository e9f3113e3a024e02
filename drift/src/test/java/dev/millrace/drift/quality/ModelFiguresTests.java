package dev.millrace.drift.quality;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code figures.json} holds what scipy says; {@code figures.py} beside it made it. */
class ModelFiguresTests {
    static Stream<JsonNode> golden() {
        return JsonMapper.shared()
                .readTree(requireNonNull(ModelFiguresTests.class.getResourceAsStream("figures.json")))
                .valueStream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void agreeWithScipy(JsonNode golden) {
        var figures = ModelFigures.of(rows(golden));

        assertClose(figures.accuracy(), golden.get("accuracy"));
        assertClose(figures.precision(), golden.get("precision"));
        assertClose(figures.recall(), golden.get("recall"));
        assertClose(figures.f1(), golden.get("f1"));
        assertClose(figures.rocAuc(), golden.get("rocAuc"));
        assertClose(figures.brier(), golden.get("brier"));
        assertClose(figures.calibrationError(), golden.get("calibrationError"));
    }

    @ParameterizedTest
    @MethodSource("golden")
    void learnsWhatScoresMeanAsScipyDoes(JsonNode golden) {
        var rows = rows(golden);
        if (golden.get("calibration").isNull()) {
            assertThatIllegalArgumentException().isThrownBy(() -> ScoreCalibration.fit(rows));
            return;
        }
        var calibration = ScoreCalibration.fit(rows);

        golden.get("calibration").forEach(point -> assertThat(
                        calibration.probability(point.get(0).asDouble()))
                .isCloseTo(point.get(1).asDouble(), within(1e-6)));
    }

    @Test
    void areTheSameInAnyOrder() {
        var rows = new ArrayList<>(rows(golden().findFirst().orElseThrow()));
        var figures = ModelFigures.of(rows);
        Collections.shuffle(rows, new Random(1));

        assertThat(ModelFigures.of(rows)).isEqualTo(figures);
    }

    @Test
    void areNeverCertain() {
        var rows = List.of(new Labelled(0.9, true, true), new Labelled(0.1, false, false));

        for (int times : new int[] {1, 5, 50, 500}) {
            var figures = ModelFigures.of(Collections.nCopies(times, rows).stream()
                    .flatMap(List::stream)
                    .toList());

            // Of as many rows one error of 1 would have been no wonder.
            assertThat(requireNonNull(figures.rocAuc()).low()).isLessThan(1 - 0.5 / times);
            assertThat(requireNonNull(figures.brier()).high()).isGreaterThan(0.01 + 0.5 / times);
        }
    }

    @Test
    void tellOneLabelFromAnotherWhereBothAreNegative() {
        var taken = new Labelled(0.1, false, false, false);
        var right = new Labelled(0.1, false, false, true);

        var figures = ModelFigures.of(List.of(taken, right, right, new Labelled(0.9, true, true)));

        assertThat(requireNonNull(figures.accuracy()).value()).isEqualTo(0.75);
        assertThat(requireNonNull(figures.precision()).value()).isEqualTo(1);
        assertThat(requireNonNull(figures.recall()).value()).isEqualTo(1);
        assertThat(requireNonNull(figures.brier()).value()).isCloseTo(0.01, within(1e-12));
    }

    @Test
    void refuseThatAPositiveLabelWasRightlyTakenForAnother() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Labelled(0.9, true, false, true))
                .withMessageStartingWith("right: true");
    }

    @Test
    void areNothingOfNothing() {
        var figures = ModelFigures.of(List.of());

        assertThat(figures).isEqualTo(new ModelFigures(0, null, null, null, null, null, null, null));
    }

    private static List<Labelled> rows(JsonNode golden) {
        var rows = new ArrayList<Labelled>();
        for (int i = 0; i < golden.get("scores").size(); i++) {
            double score = golden.get("scores").get(i).asDouble();
            rows.add(new Labelled(
                    score, score >= 0.5, golden.get("positive").get(i).asBoolean()));
        }
        return rows;
    }

    private static void assertClose(@Nullable Interval interval, JsonNode golden) {
        if (golden.isNull()) {
            assertThat(interval).isNull();
            return;
        }
        var found = requireNonNull(interval);
        assertThat(new double[] {found.value(), found.low(), found.high()})
                .containsExactly(
                        new double[] {
                            golden.get(0).asDouble(),
                            golden.get(1).asDouble(),
                            golden.get(2).asDouble()
                        },
                        within(1e-9));
    }
}
