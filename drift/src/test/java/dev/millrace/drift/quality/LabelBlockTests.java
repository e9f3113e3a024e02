package dev.millrace.drift.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelBlockTests {
    private final SplittableRandom random = new SplittableRandom(3);

    @Test
    void seldomContradictScoresThatAreRight() {
        long wrong = IntStream.range(0, 5000)
                .filter(_ -> LabelBlock.of(labels(0)).contradicts())
                .count();

        assertThat(wrong).isLessThanOrEqualTo(3);
    }

    @Test
    void contradictScoresOnceATenthOfTheLabelsChanged() {
        long seen = IntStream.range(0, 200)
                .filter(_ -> LabelBlock.of(labels(0.1)).contradicts())
                .count();

        assertThat(seen).isGreaterThanOrEqualTo(190);
    }

    @Test
    void tellsErrorsFromScoresThatAreOff() {
        // Right as often as ever, but far too sure.
        var timid = IntStream.range(0, 200)
                .mapToObj(i -> new Labelled(i % 2 == 0 ? 0.6 : 0.4, i % 2 == 0, i % 2 == 0))
                .toList();

        var block = LabelBlock.of(timid);

        assertThat(block.errors()).isZero();
        assertThat(block.expectedErrors()).isBetween(79.9, 80.1);
        assertThat(block.accuracyPValue()).isEqualTo(1);
        assertThat(block.calibrationPValue()).isLessThan(1e-10);
        assertThat(block.contradicts()).isTrue();
    }

    @Test
    void countErrorsThatScoresDoNotSpeakOfAndDoNotJudgeThem() {
        var mistaken = labels(0).stream()
                .map(row -> new Labelled(row.score(), row.predicted(), row.positive(), false))
                .toList();

        var block = LabelBlock.of(mistaken);

        assertThat(block.errors()).isEqualTo(LabelBlock.SIZE);
        assertThat(block.contradicts()).isFalse();
    }

    /** @param changed share of the labels that are not what they were */
    private List<Labelled> labels(double changed) {
        return IntStream.range(0, LabelBlock.SIZE)
                .mapToObj(_ -> {
                    boolean near = random.nextDouble() < 0.05;
                    double sure = near ? 0.5 + random.nextDouble() / 2 : 0.99;
                    double score = random.nextBoolean() ? sure : 1 - sure;
                    boolean positive = random.nextDouble() < score;
                    return new Labelled(score, score >= 0.5, positive != random.nextDouble() < changed);
                })
                .toList();
    }
}
