package dev.millrace.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchQueueTests {
    private static final long FAR = Duration.ofHours(1).toNanos();
    private static final long MS = Duration.ofMillis(1).toNanos();

    /** 5,000 tokens/s. */
    private static final double NANOS_PER_TOKEN = 200_000;

    private final BatchQueue<Integer> queue = new BatchQueue<>(1, BatchQueue.MAX_BATCH_ITEMS);

    private List<Integer> next(long now) {
        return queue.next(now, NANOS_PER_TOKEN).stream()
                .map(BatchQueue.Item::value)
                .toList();
    }

    @Test
    void fillsABatchWithOneLengthOnly() {
        queue.add(1, 16, Priority.INTERACTIVE, 1, FAR);
        queue.add(2, 17, Priority.INTERACTIVE, 2, FAR);
        queue.add(3, 16, Priority.INTERACTIVE, 3, FAR);

        assertThat(queue.tokens()).isEqualTo(49);
        assertThat(next(3)).containsExactly(1, 3);
        assertThat(next(3)).containsExactly(2);
        assertThat(next(3)).isEmpty();
        assertThat(queue.tokens()).isZero();
        assertThat(queue.size()).isZero();
    }

    @Test
    void beginsWithTheLongestOfThoseThatCameTogether() {
        queue.add(1, 16, Priority.INTERACTIVE, 1, FAR);
        queue.add(2, 200, Priority.INTERACTIVE, 1, FAR);
        queue.add(3, 100, Priority.INTERACTIVE, 1, FAR);

        assertThat(List.of(next(1), next(1), next(1))).containsExactly(List.of(2), List.of(3), List.of(1));
    }

    @Test
    void sharesWhatIsLeftOutAmongTheWorkers() {
        var shared = new BatchQueue<Integer>(2, BatchQueue.MAX_BATCH_ITEMS);
        IntStream.range(0, 16).forEach(i -> shared.add(i, 64, Priority.INTERACTIVE, 0, FAR));

        assertThat(shared.next(0, NANOS_PER_TOKEN)).hasSize(8);
        assertThat(shared.next(0, NANOS_PER_TOKEN)).hasSize(4);
        assertThat(shared.next(0, NANOS_PER_TOKEN)).hasSize(4);
    }

    @Test
    void handsOutOneByOneWhereBatchesAreNotWanted() {
        var single = new BatchQueue<Integer>(2, 1);
        IntStream.range(0, 3).forEach(i -> single.add(i, 64, Priority.INTERACTIVE, 0, FAR));

        assertThat(single.next(0, NANOS_PER_TOKEN)).hasSize(1);
        assertThat(single.size()).isEqualTo(2);
    }

    @Test
    void letsBulkWaitUntilItHasAged() {
        queue.add(1, 16, Priority.BULK, 0, FAR);
        queue.add(2, 32, Priority.INTERACTIVE, BatchQueue.PATIENCE - 1, FAR);
        queue.add(3, 48, Priority.INTERACTIVE, BatchQueue.PATIENCE + 1, FAR);

        assertThat(next(BatchQueue.PATIENCE + 1)).containsExactly(2);
        assertThat(next(BatchQueue.PATIENCE + 1)).containsExactly(1);
        assertThat(next(BatchQueue.PATIENCE + 1)).containsExactly(3);
    }

    @Test
    void takesBulkAtOnceIfNothingElseWaits() {
        queue.add(1, 16, Priority.BULK, 0, FAR);

        assertThat(next(0)).containsExactly(1);
    }

    @Test
    void letsBulkThatHasNoTimeWaitNoLongerThanThat() {
        queue.add(1, 16, Priority.BULK, 0, 5 * MS);
        queue.add(2, 32, Priority.INTERACTIVE, 6 * MS, FAR);

        assertThat(next(7 * MS)).containsExactly(1);
    }

    @Test
    void cutsABatchSoThatItEndsBeforeTheDeadlineOfEach() {
        // 512 tokens take 102 ms, 8 items; that of the sixth comes at once after 65 ms.
        for (int i = 0; i < 16; i++) {
            queue.add(i, 64, Priority.INTERACTIVE, 0, i == 5 ? 78 * MS : 110 * MS);
        }

        assertThat(next(0)).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(next(0)).containsExactly(6, 7, 8, 9, 10, 11, 12, 13);
    }

    @Test
    void cutsNoBatchForADeadlineThatCannotBeMet() {
        for (int i = 0; i < 16; i++) {
            queue.add(i, 64, Priority.INTERACTIVE, 0, 5 * MS);
        }

        assertThat(next(0)).hasSize(16);
    }

    @Test
    void forgetsWhatNobodyWaitsFor() {
        IntStream.range(0, 10).forEach(i -> queue.add(i, 10 + i % 2, Priority.INTERACTIVE, i, FAR));

        queue.removeIf(i -> i % 2 == 0 || i == 3);

        assertThat(queue.size()).isEqualTo(4);
        assertThat(queue.tokens()).isEqualTo(44);
        assertThat(next(10)).containsExactly(1, 5, 7, 9);
    }

    /** Random arrivals at one worker that is busy, now and then far too much so. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void keepsItsPromisesWhateverArrives(long seed) {
        var random = new Random(seed);
        var arrivals = arrivals(random, 3000, 0.5 + random.nextDouble());
        var waiting = new HashMap<Integer, Arrival>();
        var served = new HashSet<Integer>();
        long now = 0;
        int arrived = 0;
        while (served.size() < arrivals.size()) {
            for (; arrived < arrivals.size() && arrivals.get(arrived).at() <= now; arrived++) {
                var arrival = arrivals.get(arrived);
                queue.add(arrived, arrival.length(), arrival.priority(), arrival.at(), arrival.deadline());
                waiting.put(arrived, arrival);
            }
            var batch = queue.next(now, NANOS_PER_TOKEN);
            if (batch.isEmpty()) {
                now = arrivals.get(arrived).at();
                continue;
            }
            long cost = batch.stream().mapToLong(BatchQueue.Item::length).sum();
            assertThat(batch)
                    .extracting(BatchQueue.Item::length)
                    .containsOnly(batch.getFirst().length());
            assertThat(cost).isLessThanOrEqualTo(BatchQueue.MAX_BATCH_TOKENS);
            requireSlack(batch, cost, now);
            for (var item : batch) {
                var own = requireNonNull(waiting.remove(item.value()));
                assertThat(served.add(item.value())).isTrue();
                requireFifo(item.value(), own, waiting);
            }
            requireLead(arrivals.get(batch.getFirst().value()), waiting);
            now += (long) (cost * NANOS_PER_TOKEN);
        }
        assertThat(queue.tokens()).isZero();
    }

    private record Arrival(long at, int length, Priority priority, long deadline) {}

    /** @param load what arrives, as a part of what one worker does */
    private static List<Arrival> arrivals(Random random, int count, double load) {
        var arrivals = new ArrayList<Arrival>();
        long at = 0;
        for (int i = 0; i < count; i++) {
            int length = TextEncoder.bucket(2 + random.nextInt(random.nextInt(10) == 0 ? 255 : 30), 256);
            // In bursts: three in four come with the one before.
            at += random.nextInt(4) > 0 ? 0 : (long) (4 * 25 * NANOS_PER_TOKEN / load * 2 * random.nextDouble());
            var priority = random.nextInt(3) == 0 ? Priority.BULK : Priority.INTERACTIVE;
            arrivals.add(new Arrival(at, length, priority, at + (10 + random.nextInt(3000)) * MS));
        }
        return arrivals;
    }

    /** No batch that could have been smaller ends after the deadline of one that would have been met alone. */
    private static void requireSlack(List<BatchQueue.Item<Integer>> batch, long cost, long now) {
        double took = cost * NANOS_PER_TOKEN;
        for (var item : batch) {
            boolean metAlone = now + item.length() * NANOS_PER_TOKEN <= item.deadline();
            if (metAlone && cost > BatchQueue.MIN_BATCH_TOKENS) {
                assertThat(now + took).isLessThanOrEqualTo(item.deadline() + NANOS_PER_TOKEN);
            }
        }
    }

    /** Of its class and length nothing that came before still waits; deadlines may move bulk alone. */
    private static void requireFifo(int served, Arrival own, Map<Integer, Arrival> waiting) {
        assertThat(waiting.entrySet())
                .noneMatch(other -> other.getKey() < served
                        && other.getValue().length() == own.length()
                        && other.getValue().priority() == own.priority()
                        && own.priority() == Priority.INTERACTIVE);
    }

    /** Nothing waits that came before the leader in its class, or that many seconds before it in any. */
    private static void requireLead(Arrival leader, Map<Integer, Arrival> waiting) {
        for (var other : waiting.values()) {
            if (leader.priority() == Priority.INTERACTIVE) {
                long patience = other.priority() == Priority.BULK ? BatchQueue.PATIENCE : 0;
                assertThat(leader.at()).isLessThanOrEqualTo(other.at() + patience);
            } else {
                assertThat(leader.at()).isLessThanOrEqualTo(other.at() + BatchQueue.PATIENCE);
                assertThat(other.priority() == Priority.INTERACTIVE && other.at() < leader.at())
                        .isFalse();
            }
        }
    }
}
