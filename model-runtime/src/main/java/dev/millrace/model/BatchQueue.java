package dev.millrace.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What waits for the engine, and which of it goes next. A batch is led by what is due first and filled with others of its
 * length. Times are nanoseconds of any one clock. Not safe to share between threads.
 *
 * @param <T> what waits
 */
final class BatchQueue<T> {
    /*
     * An item is due when it arrives, or, of bulk, PATIENCE later, but not after its deadline. So nothing that arrives
     * more than PATIENCE after an item leads a batch before it, however much arrives: that is all the ageing there is.
     * Within a class items lead in the order of their arrival, those of one call longest first, so that workers end at
     * about the same time; of one length they leave in that order, too. Whoever rides along in a leader's batch would
     * not have been served by anyone else meanwhile.
     */
    static final long PATIENCE = Duration.ofSeconds(1).toNanos();

    /** Padded tokens of the largest batch. Larger ones are no faster on a processor, and spread worse over workers. */
    static final int MAX_BATCH_TOKENS = 1024;

    /** Padded tokens below which a batch is not cut: from here on a processor gains nothing by more. */
    static final int MIN_BATCH_TOKENS = 256;

    static final int MAX_BATCH_ITEMS = 32;

    private final int workers;
    private final int mostItems;
    private final TreeMap<Integer, PriorityQueue<Item<T>>> byLength = new TreeMap<>(Comparator.reverseOrder());
    private long sequence;
    private int size;
    private long tokens;

    /**
     * An empty one.
     *
     * @param workers that take batches; what is left is shared out among them
     * @param mostItems of a batch, 1 to {@value #MAX_BATCH_ITEMS}
     */
    BatchQueue(int workers, int mostItems) {
        this.workers = workers;
        this.mostItems = mostItems;
    }

    /** Something that waits; {@code length} is its padded tokens. */
    record Item<T>(T value, int length, long arrivedAt, long deadline, long dueAt, long sequence) {}

    /** @param deadline when its batch should have ended */
    void add(T value, int length, Priority priority, long now, long deadline) {
        long due =
                switch (priority) {
                    case INTERACTIVE -> now;
                    case BULK -> Math.min(now + PATIENCE, Math.max(now, deadline));
                };
        byLength.computeIfAbsent(length, any -> new PriorityQueue<>(BatchQueue.<T>byDue()))
                .add(new Item<>(value, length, now, deadline, due, sequence++));
        size++;
        tokens += length;
    }

    /**
     * Takes the next batch: items of one length.
     *
     * @param nanosPerToken what a padded token takes one worker; the batch is cut so that it ends before the deadline of
     *     each item that would be met alone, unless it is small anyway
     * @return empty if nothing waits
     */
    List<Item<T>> next(long now, double nanosPerToken) {
        var queue = byLength.values().stream()
                .min(Comparator.comparing(PriorityQueue::element, BatchQueue.<T>byDue()))
                .orElse(null);
        var batch = new ArrayList<Item<T>>();
        if (queue == null) {
            return batch;
        }
        int length = queue.element().length();
        long room = Math.clamp(tokens / workers, MIN_BATCH_TOKENS, MAX_BATCH_TOKENS);
        while (!queue.isEmpty() && batch.size() < mostItems) {
            double slack = (queue.element().deadline() - now) / nanosPerToken;
            if (slack >= length) {
                room = Math.min(room, Math.max(MIN_BATCH_TOKENS, (long) slack));
            }
            if (!batch.isEmpty() && (batch.size() + 1L) * length > room) {
                break;
            }
            batch.add(queue.remove());
        }
        if (queue.isEmpty()) {
            byLength.remove(length);
        }
        size -= batch.size();
        tokens -= (long) batch.size() * length;
        return batch;
    }

    /** Takes out what nobody waits for any more. */
    void removeIf(Predicate<T> unwanted) {
        byLength.values()
                .forEach(queue -> queue.removeIf(item -> {
                    if (!unwanted.test(item.value())) {
                        return false;
                    }
                    size--;
                    tokens -= item.length();
                    return true;
                }));
        byLength.values().removeIf(PriorityQueue::isEmpty);
    }

    /** Items that wait. */
    int size() {
        return size;
    }

    /** Padded tokens that wait. */
    long tokens() {
        return tokens;
    }

    private static <T> Comparator<Item<T>> byDue() {
        return Comparator.<Item<T>>comparingLong(Item::dueAt)
                .thenComparing(Item::length, Comparator.reverseOrder())
                .thenComparingLong(Item::sequence);
    }
}
