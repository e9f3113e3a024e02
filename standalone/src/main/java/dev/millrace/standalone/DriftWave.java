package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.standalone.suite.Addresses;
import dev.millrace.standalone.suite.SuiteException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Mails unlike those that the model was trained on, posted until the dashboard raises an alarm: a wave of spam, mails in other
 * languages, and long ones, in turn. No two are the same, so that none is answered from the cache.
 */
final class DriftWave {
    /** What a window needs. */
    static final int ROWS = 50;

    /** Variables with which a suite says after a quarter of a minute what it would say after a quarter of an hour. */
    static final Map<String, String> SHORT_WINDOWS = Map.of(
            "MILLRACE_MONITORING_DRIFT_WINDOW", "10s",
            "MILLRACE_MONITORING_DRIFT_LATENESS", "3s",
            "MILLRACE_MONITORING_DRIFT_MINIMUMROWS", Integer.toString(ROWS));

    private static final List<String> SPAM =
            List.of("02-spam-lottery.eml", "04-spam-pills.eml", "14-spam-casino.eml", "20-spam-stock-tip.eml");
    private static final List<String> FOREIGN = List.of(
            "09-ham-german-invitation.eml",
            "11-ham-japanese-minutes.eml",
            "16-spam-german-quick-money.eml",
            "18-spam-japanese-dating.eml");
    private static final List<String> LONG = List.of("01-ham-lunch.eml", "19-ham-support-answer.eml");
    private static final List<List<String>> KINDS = List.of(SPAM, FOREIGN, LONG);
    private static final int REPEATED = 30;

    private static final int AT_A_TIME = 16;
    /** Between an answer and the next mail: a dozen mails a second, and some seven where each takes a second. */
    private static final Duration PAUSE = Duration.ofMillis(1300);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Addresses addresses;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicReference<@Nullable SuiteException> failed = new AtomicReference<>();
    private final Consumer<String> progress;
    private volatile long mostRows;

    /** @param progress is told how it stands, once a second */
    DriftWave(Addresses addresses, Consumer<String> progress) {
        this.addresses = addresses;
        this.progress = progress;
    }

    /** How many mails were answered. */
    int answered() {
        return answered.get();
    }

    /** Mails in the window that had most of them. */
    long mostRows() {
        return mostRows;
    }

    /**
     * Posts mails until there is an alarm because of them.
     *
     * @param bound how long to go on
     * @return the alarm, or nothing if none came in time
     * @throws SuiteException if collector or the dashboard does not answer, or an alarm of before is open
     */
    Optional<DriftAlarm> untilAlarm(Duration bound) throws InterruptedException {
        var begin = Instant.now();
        var senders = Executors.newFixedThreadPool(
                AT_A_TIME, Thread.ofPlatform().daemon().name("wave-", 0).factory());
        try (var client = new UploadClient(addresses.api());
                var http = HttpClient.newHttpClient()) {
            if (DriftAlarm.isOpen(drift(http))) {
                throw new SuiteException(
                        "an alarm of an earlier run is open, so that none can come up",
                        "start with an empty folder: ./millrace --data-dir=DIR demo --drift");
            }
            for (int i = 0; i < AT_A_TIME; i++) {
                senders.execute(() -> send(client, senders));
            }
            for (var end = begin.plus(bound); Instant.now().isBefore(end); TimeUnit.SECONDS.sleep(1)) {
                var failure = failed.get();
                if (failure != null) {
                    throw failure;
                }
                var drift = drift(http);
                mostRows = DriftAlarm.mostRows(drift, begin);
                var alarm = DriftAlarm.of(drift, begin);
                if (alarm.isPresent()) {
                    return alarm;
                }
                progress.accept("  %,d mails answered, %d s"
                        .formatted(
                                answered.get(),
                                Duration.between(begin, Instant.now()).toSeconds()));
            }
            return Optional.empty();
        } finally {
            senders.shutdownNow();
            progress.accept("");
        }
    }

    private void send(UploadClient client, ExecutorService senders) {
        try {
            while (!senders.isShutdown()) {
                client.postAndAwait(mail(begun.getAndIncrement()), "message/rfc822", "spam", PATIENCE);
                answered.incrementAndGet();
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SuiteException e) {
            // The end of the wave comes in the middle of a request.
            if (!senders.isShutdown()) {
                failed.compareAndSet(null, e);
            }
        }
    }

    private JsonNode drift(HttpClient http) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(addresses.dashboard() + "api/drift"))
                .timeout(PATIENCE)
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            return JSON.readTree(answer.body());
        } catch (IOException | JacksonException e) {
            throw new SuiteException(
                    "the dashboard does not answer at %s: %s".formatted(addresses.dashboard(), e),
                    "look into './millrace logs monitoring'");
        }
    }

    /** The n-th mail: of each kind in turn, and unlike any other. */
    static byte[] mail(int number) {
        var kind = KINDS.get(number % KINDS.size());
        String sample = new String(Samples.read(kind.get(number / KINDS.size() % kind.size())), ISO_8859_1);
        String mail = "X-Wave: %d %s\n%s".formatted(number, UUID.randomUUID(), sample);
        return (kind == LONG ? repeatBody(mail) : mail).getBytes(ISO_8859_1);
    }

    private static String repeatBody(String mail) {
        int end = mail.indexOf("\n\n");
        return mail + mail.substring(end + 1).repeat(REPEATED);
    }
}
