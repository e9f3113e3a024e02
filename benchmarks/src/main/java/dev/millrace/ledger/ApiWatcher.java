package dev.millrace.ledger;

import dev.millrace.ledger.audit.ApiView;
import dev.millrace.ledger.load.RunClock;
import dev.millrace.ledger.load.Threads;
import dev.millrace.ledger.load.UploadApi;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.apache.commons.codec.digest.DigestUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Asks the HTTP API for each result that was published, until it shows it. */
final class ApiWatcher implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Set<String> ENDS = Set.of("SUCCEEDED", "FAILED", "EXPIRED");
    /** Most results are in the store by then, so that one question is enough. */
    private static final Duration FIRST = Duration.ofMillis(250);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    /** Times the patience. An API that is away for longer stays away. */
    private static final int MOST_AWAY = 4;

    private final UploadApi api;
    private final RunClock clock;
    private final Duration patience;
    private final ExecutorService questions = Threads.pool("question-");
    private final Map<UUID, ApiView> views = new ConcurrentHashMap<>();

    /**
     * @param patience how long the API may take from a result's publication on, not counting the time in which it cannot be
     *     reached: the ledger ends collector itself, and a machine takes the time it takes to start it again
     */
    ApiWatcher(UploadApi api, RunClock clock, Duration patience) {
        this.api = api;
        this.clock = clock;
        this.patience = patience;
    }

    /** @param publishedAt when its result was seen on the topic */
    void watch(UUID id, long publishedAt) {
        var unused = questions.submit(() -> views.put(id, ask(id, publishedAt)));
    }

    private ApiView ask(UUID id, long publishedAt) throws InterruptedException {
        var pause = FIRST;
        long askedAt = clock.now();
        long away = 0;
        while (true) {
            Thread.sleep(pause);
            long now = clock.now();
            String answer;
            try {
                var response = api.get(id);
                if (response.statusCode() == 200 && isResult(response.body())) {
                    return new ApiView.Shown(DigestUtils.sha256Hex(response.body()));
                }
                answer = response.statusCode() + " " + response.body();
            } catch (ConnectException e) {
                away = Math.min(away + now - askedAt, MOST_AWAY * patience.toNanos());
                answer = String.valueOf(e);
            } catch (IOException e) {
                answer = String.valueOf(e);
            }
            askedAt = now;
            if (now - publishedAt - away > patience.toNanos()) {
                return new ApiView.NotShown(answer);
            }
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static boolean isResult(String body) {
        try {
            return ENDS.contains(JSON.readTree(body).path("status").asString(""));
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Asks once more for results that were shown. Returns when all are shown again, or not in time. */
    void lookAgain(Collection<UUID> ids) throws InterruptedException {
        var looks = new ArrayList<Callable<ApiView>>();
        for (var id : ids) {
            looks.add(() -> views.put(id, ask(id, clock.now())));
        }
        questions.invokeAll(looks);
    }

    /** How many are answered for good. */
    int settled() {
        return views.size();
    }

    Map<UUID, ApiView> views() {
        return Map.copyOf(views);
    }

    /** Ends what is left unasked. */
    @Override
    public void close() {
        questions.shutdownNow();
        questions.close();
    }
}
