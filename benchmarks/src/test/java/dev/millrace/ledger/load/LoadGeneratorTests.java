package dev.millrace.ledger.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.ledger.audit.JournalEntry;
import dev.millrace.ledger.audit.JournalEntry.Fate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadGeneratorTests {
    private static final int UPLOADS = 200;

    @TempDir
    private Path folder;

    private final Map<String, List<String>> tries = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<JournalEntry> settled = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void sendsTheSameRequestAgainUntilItIsAccepted() throws Exception {
        serve(tries -> tries == 1 ? 503 : tries == 2 ? 409 : 202);

        var journal = run();

        assertThat(journal).hasSize(UPLOADS);
        var accepted =
                journal.stream().filter(entry -> entry.fate() == Fate.ACCEPTED).toList();
        assertThat(accepted).hasSizeGreaterThan(UPLOADS * 9 / 10).allMatch(entry -> entry.tries() == 3);
        // The impatient ones.
        assertThat(journal).filteredOn(entry -> entry.fate() == Fate.UNKNOWN).allMatch(entry -> entry.tries() == 1);
        assertThat(tries.values())
                .allSatisfy(bodies -> assertThat(bodies.stream().distinct()).hasSize(1));
        assertThat(settled).containsExactlyInAnyOrderElementsOf(journal);
    }

    @Test
    void tellsARefusalFromAFailure() throws Exception {
        serve(tries -> 422);

        assertThat(run()).allMatch(entry -> entry.fate() == Fate.REFUSED && entry.status() == 422);
    }

    @Test
    void takesAnEarlierResultForAnAcceptance() throws Exception {
        serve(tries -> 200);

        assertThat(run()).allMatch(entry -> entry.fate() == Fate.ACCEPTED && entry.id() != null);
    }

    @Test
    void givesUpOnceTheSystemIsBroken() throws Exception {
        server.stop(0);
        var plan = LoadPlan.of(10, Duration.ZERO, 50, 3);
        var begin = System.nanoTime();

        generate(plan, () -> System.nanoTime() - begin > Duration.ofMillis(300).toNanos());

        assertThat(settled).isNotEmpty().allMatch(entry -> entry.fate() == Fate.UNKNOWN && entry.status() == 0);
    }

    private interface Answers {
        int to(int tries);
    }

    private void serve(Answers answers) {
        server.createContext("/v1/uploads", exchange -> answer(exchange, answers));
    }

    private void answer(HttpExchange exchange, Answers answers) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        String request = exchange.getRequestURI() + " "
                + new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        var bodies = tries.computeIfAbsent(key, each -> Collections.synchronizedList(new ArrayList<>()));
        bodies.add(request);
        exchange.getResponseHeaders().add("Location", "/v1/uploads/" + UUID.nameUUIDFromBytes(key.getBytes(UTF_8)));
        exchange.sendResponseHeaders(answers.to(bodies.size()), -1);
        exchange.close();
    }

    private List<JournalEntry> run() throws Exception {
        generate(LoadPlan.of(UPLOADS, Duration.ofMillis(300), 50, 3), () -> false);
        return Journal.read(folder.resolve("journal"));
    }

    private void generate(LoadPlan plan, BooleanSupplier hopeless) throws Exception {
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        try (var api = new UploadApi(address);
                var journal = Journal.create(folder.resolve("journal"))) {
            new LoadGenerator(plan, api, journal, new RunClock(), "00000000000000ab", settled::add, hopeless).run();
        }
    }
}
