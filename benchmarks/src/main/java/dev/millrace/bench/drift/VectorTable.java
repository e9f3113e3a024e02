package dev.millrace.bench.drift;

import dev.millrace.bench.drift.Population.Change;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The table of change × rows × reference × detector of one population. Each window of a cell has a reference of its own, drawn
 * without replacement, since windows that share one share its luck. Cells share theirs, so that they can be compared.
 *
 * @param rows of windows
 */
record VectorTable(Population population, List<Integer> rows) {
    /** Windows of a cell and round. */
    static final int NULL_WINDOWS = 10;

    static final int WINDOWS = 5;

    /** @param reference rows of it */
    record Cell(Change change, int rows, int reference, VectorDetector detector) {}

    /** One window of a cell: whether it was called drifted at 1 %. */
    private record Verdict(Cell cell, boolean drifted) {}

    /**
     * Counts.
     *
     * @param seed of the first round; the others have those that follow
     * @return the share of windows that were called drifted, in percent, in the order of the table
     */
    Map<Cell, Double> shares(int rounds, long seed, Consumer<String> progress) {
        var drifted = new LinkedHashMap<Cell, Integer>();
        for (int round = 0; round < rounds; round++) {
            long roundSeed = (seed + round) * NULL_WINDOWS;
            IntStream.range(0, NULL_WINDOWS)
                    .parallel()
                    .mapToObj(window -> look(roundSeed + window, window >= WINDOWS))
                    .toList()
                    .forEach(verdicts -> verdicts.forEach(
                            verdict -> drifted.merge(verdict.cell(), verdict.drifted() ? 1 : 0, Integer::sum)));
            progress.accept("%s: round %d of %d looked at".formatted(population.title(), round + 1, rounds));
        }
        var shares = new LinkedHashMap<Cell, Double>();
        drifted.forEach((cell, count) ->
                shares.put(cell, 100.0 * count / rounds / (cell.change().real() ? WINDOWS : NULL_WINDOWS)));
        return shares;
    }

    private List<Verdict> look(long seed, boolean nullOnly) {
        var changes = population.changes().stream()
                .filter(change -> !nullOnly || !change.real())
                .toList();
        if (changes.isEmpty()) {
            return List.of();
        }
        var draw = population.draw(new SplittableRandom(seed));
        var references = population.references().stream()
                .map(size -> new KnownReference(Population.first(draw.reference(), size)))
                .toList();
        var verdicts = new ArrayList<Verdict>();
        for (var change : changes) {
            for (int count : rows) {
                var window = draw.window(change, count);
                for (int i = 0; i < references.size(); i++) {
                    int size = population.references().get(i);
                    references
                            .get(i)
                            .pValues(window, seed)
                            .forEach((detector, pValue) -> verdicts.add(new Verdict(
                                    new Cell(change, count, size, detector), pValue <= KnownReference.LEVEL)));
                }
            }
        }
        return verdicts;
    }
}
