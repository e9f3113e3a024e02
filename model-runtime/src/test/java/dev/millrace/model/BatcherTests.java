package dev.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.stage.TransientFailureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatcherTests {
    /** An id that this engine cannot take. */
    private static final long BAD = 666;

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final List<List<Long>> batches = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore permits = new Semaphore(0);

    @AfterEach
    void stop() {
        permits.release(1 << 20);
        callers.shutdownNow();
        workers.shutdownNow();
    }

    /** Answers with the first id of each text, one batch for each permit. */
    private float[][] run(int length, List<TokenizedText> texts) throws InterruptedException {
        var ids = texts.stream().map(text -> text.ids()[0]).toList();
        batches.add(ids);
        permits.acquire();
        if (ids.contains(BAD)) {
            throw new IllegalStateException("cannot take " + BAD);
        }
        return ids.stream().map(id -> new float[] {id}).toArray(float[][]::new);
    }

    private Batcher batcher(int threads) {
        return new Batcher("test", threads, BatchQueue.MAX_BATCH_ITEMS, workers, this::run, System::nanoTime);
    }

    private static Batcher.Request request(long id, int length) {
        var ids = new long[length];
        Arrays.fill(ids, id);
        return new Batcher.Request(new TokenizedText(ids, length, 0), length, Priority.INTERACTIVE, 3_600_000_000_000L);
    }

    private static List<Batcher.Request> requests(int length, long... ids) {
        return Arrays.stream(ids).mapToObj(id -> request(id, length)).toList();
    }

    private Future<List<Float>> submit(Batcher batcher, List<Batcher.Request> requests) {
        Callable<List<Float>> call =
                () -> Arrays.stream(batcher.run(requests)).map(row -> row[0]).toList();
        return callers.submit(call);
    }

    @Test
    void runsATextAtOnceIfIdleAndGathersWhatComesFromAllCallersMeanwhile() throws Exception {
        var batcher = batcher(1);
        var first = submit(batcher, requests(10, 1));
        await().untilAsserted(() -> assertThat(batches).containsExactly(List.of(1L)));
        var second = submit(batcher, requests(10, 2));
        await().until(() -> batcher.waiting() == 1);
        var third = submit(batcher, List.of(request(3, 10), request(4, 12)));
        await().until(() -> batcher.waiting() == 3);

        permits.release(3);

        assertThat(first.get()).containsExactly(1f);
        assertThat(second.get()).containsExactly(2f);
        assertThat(third.get()).containsExactly(3f, 4f);
        assertThat(batches).containsExactly(List.of(1L), List.of(2L, 3L), List.of(4L));
    }

    @Test
    void usesEveryWorkerAndNoMore() {
        var batcher = batcher(2);
        submit(batcher, List.of(request(1, 10), request(2, 11), request(3, 12)));

        await().untilAsserted(() -> assertThat(batches).hasSize(2));
        assertThat(batcher.waiting()).isEqualTo(1);
    }

    @Test
    void failsOnlyTheCallerWhoseTextIsBad() throws Exception {
        var batcher = batcher(1);
        submit(batcher, requests(10, 1));
        await().until(() -> batches.size() == 1);
        var good = submit(batcher, requests(10, 2, 3));
        await().until(() -> batcher.waiting() == 2);
        var bad = submit(batcher, requests(10, 4, BAD));
        await().until(() -> batcher.waiting() == 4);

        permits.release(100);

        assertThat(good.get()).containsExactly(2f, 3f);
        assertThatThrownBy(bad::get)
                .hasCauseInstanceOf(ModelExecutionException.class)
                .hasMessageContaining("cannot take 666");
        assertThat(batches).containsExactly(List.of(1L), List.of(2L, 3L, 4L, BAD), List.of(2L, 3L), List.of(4L, BAD));
        assertThat(submit(batcher, requests(10, 5)).get()).containsExactly(5f);
    }

    @Test
    void dropsTheRestOfACallThatFailed() {
        var batcher = batcher(1);
        permits.release(1);

        assertThatExceptionOfType(ModelExecutionException.class)
                .isThrownBy(() -> batcher.run(List.of(request(BAD, 20), request(1, 10))));
        assertThat(batcher.waiting()).isZero();
        assertThat(batches).hasSize(1);
    }

    @Test
    void dropsWhatItsCallerNoLongerWaitsFor() throws Exception {
        var batcher = batcher(1);
        submit(batcher, requests(10, 1));
        await().until(() -> batches.size() == 1);
        var failure = new CompletableFuture<Throwable>();
        var caller = Thread.ofPlatform().start(() -> {
            try {
                batcher.run(requests(10, 2));
            } catch (TransientFailureException e) {
                failure.complete(e);
            }
        });
        await().until(() -> batcher.waiting() == 1);

        caller.interrupt();

        assertThat(failure.get()).hasMessage("model test: interrupted");
        assertThat(batcher.waiting()).isZero();
    }

    @Test
    void blamesNoTextOnceItIsClosed() {
        var batcher = batcher(1);
        workers.shutdown();

        assertThatExceptionOfType(TransientFailureException.class)
                .isThrownBy(() -> batcher.run(requests(10, 1)))
                .withMessage("model test: closed");
        assertThat(batcher.waiting()).isZero();
    }

    @Test
    void makesCallersWaitOutsideWhenTooMuchWaits() throws Exception {
        var batcher = batcher(1);
        int fitting = (int) (Batcher.MOST_WAITING / 1024);
        var all = submit(
                batcher,
                IntStream.range(0, fitting + 5).mapToObj(i -> request(i, 1024)).toList());
        await().until(() -> batches.size() == 1 && batcher.waiting() == fitting);

        var late = submit(batcher, requests(1024, 1000));
        assertThat(batcher.waiting()).isEqualTo(fitting);
        permits.release(1000);

        assertThat(all.get()).hasSize(fitting + 5);
        assertThat(late.get()).containsExactly(1000f);
    }

    @Test
    void takesATextThatIsLargerThanAllThatMayWait() {
        permits.release(1);

        assertThat(batcher(1).run(requests((int) Batcher.MOST_WAITING + 1, 7))).hasDimensions(1, 1);
    }

    @Test
    void givesEachCallerItsOwnWhateverFails() throws Exception {
        permits.release(1 << 20);
        var batcher = batcher(2);
        var calls = new ArrayList<Future<List<Float>>>();
        var expected = new ArrayList<List<Float>>();
        var random = new Random(1);
        for (int i = 0; i < 500; i++) {
            var requests = new ArrayList<Batcher.Request>();
            for (int k = random.nextInt(8); k >= 0; k--) {
                requests.add(request(random.nextInt(200) == 0 ? BAD : random.nextInt(600), 8 + random.nextInt(4)));
            }
            expected.add(requests.stream().map(r -> (float) r.text().ids()[0]).toList());
            calls.add(submit(batcher, requests));
        }

        for (int i = 0; i < calls.size(); i++) {
            if (expected.get(i).contains((float) BAD)) {
                assertThatThrownBy(calls.get(i)::get).hasCauseInstanceOf(ModelExecutionException.class);
            } else {
                assertThat(calls.get(i).get()).isEqualTo(expected.get(i));
            }
        }
        assertThat(batcher.waiting()).isZero();
    }
}
