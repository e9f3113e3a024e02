package dev.millrace.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Whether texts have the same embeddings alone and in batches, tried. Kernels may be chosen by the number of rows, and sum in
 * another order.
 */
final class BatchTrial {
    private BatchTrial() {}

    /** Runs batches of texts of one padded length. */
    @FunctionalInterface
    interface Engine {
        /** @return for each batch of B texts embeddings of shape (B, E) */
        List<float[][]> run(int length, List<List<TokenizedText>> batches);
    }

    /**
     * Runs as many texts as a batch takes alone, then two, half and all of them together.
     *
     * @param lengths that are tried
     * @param texts makes one of at most so many tokens
     * @return false if one bit differs, or the model fails: what is wrong with it its first user is told
     */
    static boolean keepsBits(int[] lengths, IntFunction<TokenizedText> texts, Engine engine) {
        try {
            return IntStream.of(lengths).allMatch(length -> {
                int most = Math.clamp(BatchQueue.MAX_BATCH_TOKENS / length, 1, BatchQueue.MAX_BATCH_ITEMS);
                var all = IntStream.range(0, most)
                        .mapToObj(i -> texts.apply(length))
                        .toList();
                var batches = new ArrayList<List<TokenizedText>>();
                all.forEach(text -> batches.add(List.of(text)));
                IntStream.of(Math.min(2, most), Math.ceilDiv(most, 2), most)
                        .forEach(count -> batches.add(all.subList(0, count)));
                var embeddings = engine.run(length, batches);
                float[][] alone =
                        embeddings.subList(0, most).stream().map(one -> one[0]).toArray(float[][]::new);
                return embeddings.subList(most, embeddings.size()).stream()
                        .allMatch(together -> Arrays.deepEquals(together, Arrays.copyOf(alone, together.length)));
            });
        } catch (ModelExecutionException e) {
            return false;
        }
    }
}
