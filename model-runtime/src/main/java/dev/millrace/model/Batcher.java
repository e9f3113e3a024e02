package dev.millrace.model;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.millrace.stage.TransientFailureException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the texts of all callers while the engine is busy, and runs them in batches of one length; an idle engine takes a
 * text at once. At most {@value #MOST_WAITING} padded tokens wait; whoever brings more waits with them. Thread-safe.
 */
final class Batcher {
    static final long MOST_WAITING = 65_536;

    /** What 5,000 tokens/s take; soon the measured value takes its place. */
    private static final double FIRST_NANOS_PER_TOKEN = 200_000;

    private final String name;
    private final int workers;
    private final Executor executor;
    private final Engine engine;
    private final LongSupplier nanoTime;
    private final long origin;

    // Fair, so that a caller that waits for room gets it before one that comes later.
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition roomMade = lock.newCondition();
    private final BatchQueue<Text> queue;
    private int working;
    private double nanosPerToken = FIRST_NANOS_PER_TOKEN;

    /** Runs one batch. */
    @FunctionalInterface
    interface Engine {
        /**
         * @param length L, to which the texts are padded
         * @param texts B texts of at most L tokens
         * @return embeddings of shape (B, E)
         */
        float[][] run(int length, List<TokenizedText> texts) throws Exception;
    }

    /**
     * A text to be embedded.
     *
     * @param length to which it is padded
     * @param nanosLeft until its deadline
     */
    record Request(TokenizedText text, int length, Priority priority, long nanosLeft) {}

    /** One caller's texts, and what has become of them. */
    private static final class Call {
        private final CompletableFuture<float[][]> result = new CompletableFuture<>();
        private final float[][] embeddings;
        private final AtomicInteger missing;

        Call(int size) {
            embeddings = new float[size][];
            missing = new AtomicInteger(size);
        }
    }

    private record Text(Call call, int position, TokenizedText tokens) {}

    /**
     * @param workers threads of the executor
     * @param mostTexts of a batch, 1 to {@value BatchQueue#MAX_BATCH_ITEMS}
     * @param executor refuses once it is shut down
     */
    Batcher(String name, int workers, int mostTexts, Executor executor, Engine engine, LongSupplier nanoTime) {
        this.name = name;
        this.workers = workers;
        this.executor = executor;
        this.engine = engine;
        this.nanoTime = nanoTime;
        this.origin = nanoTime.getAsLong();
        this.queue = new BatchQueue<>(workers, mostTexts);
    }

    /**
     * Embeds texts and waits for them.
     *
     * @return embeddings, in order
     * @throws ModelExecutionException if the engine failed on one of them; no other caller notices
     * @throws TransientFailureException if the executor was shut down or the caller was interrupted
     */
    float[][] run(List<Request> requests) {
        var call = new Call(requests.size());
        if (requests.isEmpty()) {
            return call.embeddings;
        }
        try {
            add(call, requests);
            return call.result.get();
        } catch (InterruptedException e) {
            abandon(call, e);
            Thread.currentThread().interrupt();
            throw new TransientFailureException("model %s: interrupted".formatted(name), e);
        } catch (RejectedExecutionException e) {
            abandon(call, e);
            throw new TransientFailureException("model %s: closed".formatted(name), e);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new ModelExecutionException("model %s: %s".formatted(name, cause.getMessage()), cause);
        }
    }

    /** Texts that no worker has taken yet. */
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    private void add(Call call, List<Request> requests) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long now = now();
            for (int i = 0; i < requests.size() && !call.result.isDone(); i++) {
                var request = requests.get(i);
                while (isFullFor(request)) {
                    startWorkers();
                    roomMade.await();
                    now = now();
                }
                queue.add(
                        new Text(call, i, request.text()),
                        request.length(),
                        request.priority(),
                        now,
                        now + request.nanosLeft());
            }
            startWorkers();
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock. */
    private boolean isFullFor(Request request) {
        return queue.tokens() > 0 && queue.tokens() + request.length() > MOST_WAITING;
    }

    /** Called with the lock. More workers than there are batches find nothing and end. */
    private void startWorkers() {
        for (int free = Math.min(workers, queue.size()) - working; free > 0; free--) {
            executor.execute(this::work);
            working++;
        }
    }

    private void work() {
        var batch = next(0, 0);
        while (!batch.isEmpty()) {
            long begun = now();
            carryOut(batch);
            batch = next((long) batch.size() * batch.getFirst().length(), now() - begun);
        }
    }

    /** The next batch, after one of so many tokens took so long; if there is none, this worker ends. */
    private List<BatchQueue.Item<Text>> next(long tokens, long nanos) {
        lock.lock();
        try {
            if (tokens > 0) {
                nanosPerToken += (nanos / (double) tokens - nanosPerToken) / 8;
            }
            var batch = queue.next(now(), nanosPerToken);
            if (batch.isEmpty()) {
                working--;
            }
            roomMade.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void carryOut(List<BatchQueue.Item<Text>> batch) {
        int length = batch.getFirst().length();
        var texts = batch.stream().map(BatchQueue.Item::value).toList();
        var byCall = texts.stream().collect(groupingBy(Text::call, LinkedHashMap::new, toList()));
        if (byCall.size() > 1 && tryRun(length, texts) == null) {
            return;
        }
        // A batch of several callers failed, and one caller's texts must not harm another's; or there is one caller.
        byCall.forEach((call, own) -> {
            var failure = tryRun(length, own);
            if (failure != null) {
                abandon(call, failure);
            }
        });
    }

    /** What the engine failed with, or null if the texts have their embeddings. */
    private @Nullable Throwable tryRun(int length, List<Text> texts) {
        float[][] embeddings;
        try {
            embeddings = engine.run(length, texts.stream().map(Text::tokens).toList());
        } catch (Throwable e) {
            return e;
        }
        for (int i = 0; i < texts.size(); i++) {
            var text = texts.get(i);
            text.call().embeddings[text.position()] = embeddings[i];
            if (text.call().missing.decrementAndGet() == 0) {
                text.call().result.complete(text.call().embeddings);
            }
        }
        return null;
    }

    /** Ends a call and takes out what still waits of it. */
    private void abandon(Call call, Throwable cause) {
        lock.lock();
        try {
            call.result.completeExceptionally(cause);
            queue.removeIf(text -> text.call() == call);
            roomMade.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private long now() {
        return nanoTime.getAsLong() - origin;
    }
}
