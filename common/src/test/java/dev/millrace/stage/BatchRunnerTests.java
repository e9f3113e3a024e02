package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.headers;
import static dev.millrace.stage.TestRecords.id;
import static dev.millrace.stage.TestRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.ErrorCode;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchRunnerTests {
    private static final int SIZE = 64;

    private final AtomicInteger runs = new AtomicInteger();

    private static List<StageInput<Integer>> inputs(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> new StageInput<>(UploadHeaders.read(headers(id(i)), origin(i), NOW), i))
                .toList();
    }

    private static List<Outcome<Integer>> identity(List<StageInput<Integer>> batch) {
        return batch.stream()
                .<Outcome<Integer>>map(input -> new Outcome.Value<>(input.value()))
                .toList();
    }

    private List<Outcome<Integer>> run(StageFunction<Integer, Integer> function, int size) {
        return new BatchRunner<>(function, runs::incrementAndGet).run(inputs(size));
    }

    private List<Outcome<Integer>> runWithBad(Set<Integer> bad) {
        return run(
                batch -> {
                    if (batch.stream().anyMatch(input -> bad.contains(input.value()))) {
                        throw new PermanentFailureException(ErrorCode.MODEL_FAILED, "bad");
                    }
                    return identity(batch);
                },
                SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64})
    void failsTheBadInputsAloneWhereverTheyStand(int count) {
        for (int seed = 0; seed < 50; seed++) {
            var bad = new Random(seed)
                    .ints(0, SIZE)
                    .distinct()
                    .limit(count)
                    .boxed()
                    .collect(Collectors.toSet());

            var outcomes = runWithBad(bad);

            assertThat(outcomes).hasSize(SIZE);
            for (int i = 0; i < SIZE; i++) {
                assertThat(outcomes.get(i))
                        .isEqualTo(
                                bad.contains(i)
                                        ? new Outcome.Failed<>(ErrorCode.MODEL_FAILED, "bad")
                                        : new Outcome.Value<>(i));
            }
        }
    }

    /** Each batch that fails costs two runs more: one of each size for one bad input, all there are for 63. */
    @ParameterizedTest
    @CsvSource({"1, 13", "2, 23", "63, 127"})
    void findsBadInputsOf64InSoManyRunsAtMost(int count, int most) {
        int worst = 0;
        for (int seed = 0; seed < 500; seed++) {
            var bad = new Random(seed)
                    .ints(0, SIZE)
                    .distinct()
                    .limit(count)
                    .boxed()
                    .collect(Collectors.toSet());
            runs.set(0);

            runWithBad(bad);

            worst = Math.max(worst, runs.get());
        }
        assertThat(worst).isEqualTo(most);
    }

    @Test
    void runsAGoodBatchOnce() {
        assertThat(run(BatchRunnerTests::identity, SIZE)).hasSize(SIZE);
        assertThat(runs).hasValue(1);
    }

    @Test
    void runsNothingForNothing() {
        assertThat(run(BatchRunnerTests::identity, 0)).isEmpty();
        assertThat(runs).hasValue(0);
    }

    @Test
    void doesNotBlameARecordForADependency() {
        assertThatThrownBy(() -> run(
                        batch -> {
                            throw new TransientFailureException("down");
                        },
                        SIZE))
                .isInstanceOf(TransientFailureException.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void namesNoInnardsOfAnUnexpectedFailure() {
        var outcomes = run(
                batch -> {
                    throw new IllegalStateException("password: secret");
                },
                1);

        assertThat(outcomes)
                .containsExactly(new Outcome.Failed<>(ErrorCode.INTERNAL_ERROR, "unexpected IllegalStateException"));
    }

    @Test
    void failsAnInputWhoseClassesDoNotLoadOrWhichIsTooDeep() {
        for (Error error : List.of(new NoClassDefFoundError(), new StackOverflowError(), new AssertionError())) {
            var outcomes = run(
                    batch -> {
                        if (batch.stream().anyMatch(input -> input.value() == 1)) {
                            throw error;
                        }
                        return identity(batch);
                    },
                    3);

            assertThat(outcomes.get(0)).isEqualTo(new Outcome.Value<>(0));
            assertThat(outcomes.get(1)).isInstanceOf(Outcome.Failed.class);
            assertThat(outcomes.get(2)).isEqualTo(new Outcome.Value<>(2));
        }
    }

    @Test
    void failsInputsThatGetNoOutcomeOfTheirOwn() {
        var outcomes = run(batch -> identity(batch.subList(1, batch.size())), 2);

        assertThat(outcomes).hasSize(2).allMatch(Outcome.Failed.class::isInstance);
    }
}
