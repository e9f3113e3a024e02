package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Hop;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Posts texts to a suite and notes what becomes of each. */
final class Load implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int UNANSWERED = 64;
    private static final Duration DRAIN = Duration.ofSeconds(120);

    private final URI uploads;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ResultClock results;
    private volatile @Nullable Semaphore room;

    /** @param api {@code http://host:port} */
    Load(String api, String bootstrapServers) {
        uploads = URI.create(api + "/v1/uploads?pipeline=spam");
        results = new ResultClock(bootstrapServers, id -> {
            var permits = room;
            if (permits != null) {
                permits.release();
            }
        });
    }

    private record Answer(
            int status, boolean cached, @Nullable UUID id, long at) {}

    private record Posted(long due, CompletableFuture<Answer> answer) {}

    /**
     * Posts at random times of a given rate, whatever became of those before (open loop, Poisson), and waits for the
     * results of what was accepted.
     *
     * @param rate uploads/s
     */
    List<Sample> open(double rate, Duration length, RandomGenerator random, Supplier<String> texts)
            throws InterruptedException {
        return openLoop(rate, length, random, () -> post(texts.get()));
    }

    /** The same with e-mails. */
    List<Sample> mails(double rate, Duration length, RandomGenerator random, Supplier<byte[]> mails)
            throws InterruptedException {
        return openLoop(rate, length, random, () -> post("message/rfc822", mails.get()));
    }

    private List<Sample> openLoop(
            double rate, Duration length, RandomGenerator random, Supplier<CompletableFuture<Answer>> post)
            throws InterruptedException {
        long begin = System.nanoTime();
        var posted = new ArrayList<Posted>();
        for (double at = random.nextExponential() / rate;
                at < length.toNanos() / 1e9;
                at += random.nextExponential() / rate) {
            long due = (long) (at * 1e9);
            long left = begin + due - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
            posted.add(new Posted(due, post.get()));
        }
        return samples(begin, posted);
    }

    /**
     * Keeps a number of uploads under way, of which a few have no answer yet: each of those takes a connection.
     *
     * @return results/s, over the time after the first fifth
     */
    double saturate(int underWay, Duration length, Supplier<String> texts) throws InterruptedException {
        var permits = new Semaphore(underWay);
        var unanswered = new Semaphore(UNANSWERED);
        room = permits;
        long begin = System.nanoTime();
        long counted = 0;
        long countedAt = 0;
        var posted = new ArrayList<Posted>();
        while (System.nanoTime() - begin < length.toNanos()) {
            if (unanswered.tryAcquire(1, TimeUnit.SECONDS)) {
                if (permits.tryAcquire(1, TimeUnit.SECONDS)) {
                    var answer = post(texts.get());
                    var _ = answer.thenRun(unanswered::release);
                    posted.add(new Posted(System.nanoTime() - begin, answer));
                } else {
                    unanswered.release();
                }
            }
            if (countedAt == 0 && System.nanoTime() - begin > length.toNanos() / 5) {
                counted = results.count();
                countedAt = System.nanoTime();
            }
        }
        double rate = (results.count() - counted) * 1e9 / (System.nanoTime() - countedAt);
        room = null;
        var unused = samples(begin, posted);
        return rate;
    }

    /** Results that have come so far. */
    int results() {
        return results.count();
    }

    List<List<Hop>> hops() {
        return results.hops();
    }

    private CompletableFuture<Answer> post(String text) {
        return post("text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    private CompletableFuture<Answer> post(String type, byte[] content) {
        var request = HttpRequest.newBuilder(uploads)
                .timeout(TIMEOUT)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofByteArray(content))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).handle((response, failure) -> {
            long now = System.nanoTime();
            if (failure != null) {
                refused();
                return new Answer(0, false, null, now);
            }
            boolean accepted = response.statusCode() == 202 || response.statusCode() == 200;
            if (!accepted) {
                refused();
            }
            return new Answer(
                    response.statusCode(),
                    response.statusCode() == 200 && response.body().contains("\"cached\":true"),
                    accepted ? id(response) : null,
                    now);
        });
    }

    private void refused() {
        var permits = room;
        if (permits != null) {
            permits.release();
        }
    }

    private static UUID id(HttpResponse<String> accepted) {
        String location = accepted.headers().firstValue("Location").orElseThrow();
        return UUID.fromString(location.substring(location.lastIndexOf('/') + 1));
    }

    private List<Sample> samples(long begin, List<Posted> posted) throws InterruptedException {
        long deadline = System.nanoTime() + DRAIN.toNanos();
        var samples = new ArrayList<Sample>(posted.size());
        for (var one : posted) {
            var answer = one.answer().join();
            Long published = null;
            if (answer.id() != null) {
                while ((published = results.arrival(answer.id())) == null && System.nanoTime() < deadline) {
                    Thread.sleep(5);
                }
            }
            samples.add(new Sample(
                    one.due(),
                    answer.at() - begin,
                    answer.status(),
                    answer.cached(),
                    published == null ? -1 : published - begin));
        }
        return samples;
    }

    @Override
    public void close() throws InterruptedException {
        client.shutdownNow();
        results.close();
    }
}
