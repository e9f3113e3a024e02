package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.link;
import static dev.millrace.stage.TestRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Origin;
import dev.millrace.stage.PublishGate.Verdict;
import java.util.ArrayList;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishGateTests {
    @ParameterizedTest(name = "number {0}, origin {1}, predecessor {2}: {3}")
    @CsvSource({
        "-1, 0, -1, ACCEPT", // the first of the lane
        "-1, 4, -1, ACCEPT", // the first, behind markers
        "-1, 1,  0, GAP",
        " 4, 5,  4, ACCEPT",
        " 4, 9,  4, ACCEPT", // behind markers
        " 4, 4,  3, REPEAT",
        " 4, 2,  1, REPEAT",
        " 4, 0, -1, REPEAT",
        " 4, 7,  6, GAP",
        " 4, 7,  3, FORK",
        " 4, 7, -1, FORK",
        " 4, 3,  4, REPEAT", // follows the number, yet is older
    })
    void judgesARecordByItsLink(long number, long origin, long predecessor, Verdict expected) {
        var verdict = PublishGate.judge(number < 0 ? null : origin(number), link(origin, predecessor));

        assertThat(verdict).isEqualTo(expected);
    }

    @Test
    void takesAHigherEpochForNewerWhateverItsOffset() {
        var number = new Origin("id", 3, 100);

        var verdict = PublishGate.judge(number, new LaneLink(new Origin("id", 4, 90), number));

        assertThat(verdict).isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void neverTakesARecordOfAnotherIncarnationForARepeat() {
        var number = new Origin("old", 0, 100);
        var link = new LaneLink(new Origin("new", 0, 1), new Origin("new", 0, 0));

        assertThat(PublishGate.judge(number, link)).isEqualTo(Verdict.FORK);
        assertThat(PublishGate.judge(number, new LaneLink(new Origin("new", 0, 0), number)))
                .isEqualTo(Verdict.FORK);
    }

    /** The argument of the protocol: whatever repeats and gaps a topic has, it is enough that it holds the chain in order. */
    @Test
    void publishesEachRecordOnceFromAnyTopicThatHoldsTheChain() {
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            int last = 1 + random.nextInt(6);
            var published = new ArrayList<Long>();
            Origin number = null;
            for (int next = 0; next <= last; ) {
                boolean inOrder = random.nextInt(3) == 0;
                int origin = inOrder ? next++ : random.nextInt(last + 1);
                var verdict = PublishGate.judge(number, link(origin, origin - 1));
                assertThat(verdict).as("seed %d", seed).isNotEqualTo(Verdict.FORK);
                if (verdict == Verdict.ACCEPT) {
                    number = origin(origin);
                    published.add((long) origin);
                }
            }
            assertThat(published)
                    .as("seed %d", seed)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(0, last).boxed().toList());
        }
    }
}
