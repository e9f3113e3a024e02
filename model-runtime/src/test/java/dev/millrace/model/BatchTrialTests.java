package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchTrialTests {
    private static final int[] LENGTHS = {8, 100, 2000};

    @Test
    void triesTextsAloneAndInBatchesToTheLargest() {
        var tried = new ArrayList<Integer>();

        boolean keeps = BatchTrial.keepsBits(LENGTHS, BatchTrialTests::text, (length, batches) -> {
            batches.stream().map(List::size).filter(size -> size > 1).forEach(tried::add);
            return run(batches, 0);
        });

        assertThat(keeps).isTrue();
        assertThat(tried).containsExactly(2, 16, 32, 2, 5, 10);
    }

    @ParameterizedTest
    @CsvSource({"2", "10", "16", "32"})
    void seesABitThatDiffersFromSoManyRowsOn(int rows) {
        assertThat(BatchTrial.keepsBits(LENGTHS, BatchTrialTests::text, (length, batches) -> run(batches, rows)))
                .isFalse();
    }

    @Test
    void keepsTextsAloneWhereTheModelFails() {
        assertThat(BatchTrial.keepsBits(LENGTHS, BatchTrialTests::text, (length, batches) -> {
                    throw new ModelExecutionException("no room", new IllegalStateException());
                }))
                .isFalse();
    }

    private static TokenizedText text(int length) {
        return new TokenizedText(new long[] {1, length}, 2, 0);
    }

    /** The last text of a batch of so many rows or more is off by the least there is; of none if that is 0. */
    private static List<float[][]> run(List<List<TokenizedText>> batches, int rows) {
        return batches.stream()
                .map(batch -> {
                    var embeddings = new float[batch.size()][1];
                    if (rows > 0 && batch.size() >= rows) {
                        embeddings[batch.size() - 1][0] = Float.MIN_VALUE;
                    }
                    return embeddings;
                })
                .toList();
    }
}
