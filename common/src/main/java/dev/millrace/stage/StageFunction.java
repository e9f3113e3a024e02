package dev.millrace.stage;

import java.util.List;

/**
 * What a service does with a batch. Called by one thread of each container, so it must be safe to share.
 *
 * @param <I> decoded body of the input
 * @param <O> body of the output
 */
@FunctionalInterface
public interface StageFunction<I, O> {
    /**
     * Works on a batch.
     *
     * @param batch one or more inputs, in the order of their lanes
     * @return one outcome for each input, in the same order
     * @throws TransientFailureException if a dependency is down: the whole batch is tried again, later
     * @throws RuntimeException if some input is bad: the batch is halved until it is found, so its siblings succeed
     */
    List<Outcome<O>> apply(List<StageInput<I>> batch);
}
