package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link StageFunction} so that one bad input never harms its neighbours: a batch that fails is halved until the
 * bad one stands alone. One bad input in n costs 2·log2(n) runs more.
 */
final class BatchRunner<I, O> {
    private static final Logger LOGGER = LoggerFactory.getLogger(BatchRunner.class);

    private final StageFunction<I, O> function;
    private final Runnable runCounter;

    BatchRunner(StageFunction<I, O> function, Runnable runCounter) {
        this.function = function;
        this.runCounter = runCounter;
    }

    /**
     * One outcome for each input, in order.
     *
     * @throws TransientFailureException as the function threw it
     */
    List<Outcome<O>> run(List<StageInput<I>> inputs) {
        if (inputs.isEmpty()) {
            return List.of();
        }
        try {
            runCounter.run();
            var outcomes = function.apply(inputs);
            if (outcomes.size() != inputs.size() || outcomes.stream().anyMatch(Objects::isNull)) {
                throw new IllegalStateException(
                        "outcomes: %d (expected: %d, none null)".formatted(outcomes.size(), inputs.size()));
            }
            return outcomes;
        } catch (TransientFailureException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            if (inputs.size() == 1) {
                return List.of(failed(inputs.getFirst(), e));
            }
        }
        int half = inputs.size() / 2;
        var outcomes = new ArrayList<Outcome<O>>(run(inputs.subList(0, half)));
        outcomes.addAll(run(inputs.subList(half, inputs.size())));
        return outcomes;
    }

    /** What becomes of an input that failed on its own. */
    static <O> Outcome.Failed<O> failed(StageInput<?> input, Throwable cause) {
        if (cause instanceof PermanentFailureException permanent) {
            return new Outcome.Failed<>(permanent.code(), String.valueOf(permanent.getMessage()));
        }
        LOGGER.atWarn()
                .addKeyValue("uploadId", input.headers().uploadId())
                .setCause(cause)
                .log("input failed on its own");
        return new Outcome.Failed<>(
                ErrorCode.INTERNAL_ERROR,
                "unexpected %s".formatted(cause.getClass().getSimpleName()));
    }
}
