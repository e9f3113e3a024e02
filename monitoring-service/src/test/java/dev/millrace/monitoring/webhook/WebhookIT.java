package dev.millrace.monitoring.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.contract.Topics;
import dev.millrace.monitoring.kafka.Worker;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Alerts on a real topic, posted to a real server of each kind. */
@ExtendWith(SandboxExtension.class)
class WebhookIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String run = UUID.randomUUID().toString();
    private final String group = "webhook-" + run;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Worker<Webhook>> workers = new ArrayList<>();
    /** What came, by its {@code Idempotency-Key}; bodies of other tests' alerts left out. */
    private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
    /** How the next requests are answered; 204 after them. */
    private final Deque<Answer> answers = new ConcurrentLinkedDeque<>();

    private final CountDownLatch over = new CountDownLatch(1);
    private String servers;
    private KafkaProducer<byte[], byte[]> producer;
    private HttpServer server;

    private interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start(Sandbox sandbox) throws IOException {
        servers = sandbox.bootstrapServers();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers), new ByteArraySerializer(), new ByteArraySerializer());
        server = serve(0);
    }

    @AfterEach
    void stop() {
        over.countDown();
        workers.forEach(Worker::stop);
        producer.close();
        server.stop(0);
    }

    @Test
    void postsWhatIsOpenedAndResolvedOnce() throws Exception {
        begin();
        send("one", "OPENED");
        send("one", "OPENED");
        send("two", "RESOLVED");
        send("one", "OPENED");
        send("three", "OPENED");

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "two", run + "three"));
    }

    @Test
    void remembersWhatItPostedBeforeARestart() throws Exception {
        begin();
        send("one", "OPENED");
        eventually(() -> assertThat(taken).containsExactly(run + "one"));
        workers.removeFirst().stop();
        send("one", "OPENED");
        send("two", "RESOLVED");

        begin();

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "two"));
    }

    @Test
    void tellsAtItsFirstStartWhatIsOpenThen() throws Exception {
        send("one", "OPENED");
        send("two", "RESOLVED");
        send("three", "OPENED");

        begin();

        eventually(() -> assertThat(taken).containsExactly(run + "three"));
        send("four", "RESOLVED");
        eventually(() -> assertThat(taken).containsExactly(run + "three", run + "four"));
    }

    @Test
    void postsAllThatIsOpenAtItsFirstStartThoughItStopsBetween() throws Exception {
        open("a", "one");
        open("b", "two");
        send("three", "RESOLVED");
        var stuck = new CountDownLatch(1);
        // The first is taken, the second is not for now.
        answers.add(exchange -> exchange.sendResponseHeaders(204, -1));
        answers.add(exchange -> {
            stuck.countDown();
            exchange.sendResponseHeaders(500, -1);
        });
        var first = startWorker(server.getAddress().getPort());
        assertThat(stuck.await(1, TimeUnit.MINUTES)).isTrue();
        first.stop();

        begin();

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "two", run + "one", run + "two"));
    }

    @Test
    void passesOverAnIdThatIsNone() throws Exception {
        begin();
        for (String id : List.of("", "\\n", "\\u00e9\\u4e00", "x".repeat(300))) {
            producer.send(new ProducerRecord<>(
                            Topics.DRIFT,
                            0,
                            run.getBytes(UTF_8),
                            "{\"id\":\"%s\",\"run\":\"%s\"}".formatted(id, run).getBytes(UTF_8)))
                    .get();
        }
        send("one", "OPENED");

        eventually(() -> assertThat(taken).containsExactly(run + "one"));
    }

    @Test
    void triesAgainUntilTheServerIsThere() throws Exception {
        begin();
        int port = server.getAddress().getPort();
        server.stop(0);
        send("one", "OPENED");
        send("two", "RESOLVED");
        eventually(() -> assertThat(posts("failed")).isPositive());
        assertThat(registry.get("millrace.webhook.oldest.age").gauge().value()).isPositive();

        server = serve(port);

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "two"));
        eventually(() -> assertThat(
                        registry.get("millrace.webhook.oldest.age").gauge().value())
                .isZero());
    }

    @Test
    void triesAgainWhereTheServerFailsOrIsSlow() throws Exception {
        answers.add(exchange -> exchange.sendResponseHeaders(500, -1));
        answers.add(exchange -> over.await(1, TimeUnit.MINUTES));
        begin();
        send("one", "OPENED");

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "one", run + "one"));
        assertThat(posts("failed")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void goesNowhereItIsRedirectedTo() throws Exception {
        var elsewhere = new ArrayDeque<String>();
        server.createContext("/elsewhere", exchange -> {
            elsewhere.add(exchange.getRequestMethod());
            exchange.sendResponseHeaders(204, -1);
        });
        answers.add(exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
        });
        begin();
        send("one", "OPENED");

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "one"));
        assertThat(posts("failed")).isEqualTo(1);
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void givesUpWhatIsRefusedAndWhatIsOld() throws Exception {
        answers.add(exchange -> exchange.sendResponseHeaders(422, -1));
        begin();
        send("one", "OPENED");
        eventually(() -> assertThat(posts("given_up")).isEqualTo(1));
        producer.send(alert("two", "RESOLVED", Instant.now().minus(Duration.ofHours(2))));
        send("three", "OPENED");

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "three"));
        assertThat(posts("given_up")).isEqualTo(2);
    }

    @Test
    void doesNotReadAnAnswerWithoutEnd() throws Exception {
        answers.add(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[100]);
            exchange.getResponseBody().flush();
            over.await(1, TimeUnit.MINUTES);
        });
        begin();
        send("one", "OPENED");
        send("two", "RESOLVED");

        eventually(() -> assertThat(taken).containsExactly(run + "one", run + "two"));
    }

    private HttpServer serve(int port) throws IOException {
        var made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        made.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        made.createContext("/alerts", exchange -> {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                String id = exchange.getRequestHeaders().getFirst("Idempotency-Key");
                if (!body.contains(run)) {
                    exchange.sendResponseHeaders(204, -1);
                    return;
                }
                taken.add(id);
                var answer = answers.poll();
                if (answer == null) {
                    exchange.sendResponseHeaders(204, -1);
                } else {
                    answer.to(exchange);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        made.start();
        return made;
    }

    /** Starts, and waits until what the topic held is read. */
    private void begin() {
        startWorker(server.getAddress().getPort());
        try (var probe = new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "group.id", group),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var alerts = new TopicPartition(Topics.DRIFT, 0);
            await().atMost(PATIENCE).until(() -> probe.committed(Set.of(alerts)).get(alerts) != null);
        }
    }

    private Worker<Webhook> startWorker(int port) {
        var meters = new WebhookMeters(registry, InstantSource.system());
        var worker = new Worker<>(
                "webhook",
                () -> new Webhook(
                        new KafkaConsumer<>(
                                Map.of(
                                        "bootstrap.servers",
                                        servers,
                                        "group.id",
                                        group,
                                        "enable.auto.commit",
                                        false,
                                        "auto.offset.reset",
                                        "earliest",
                                        "max.poll.records",
                                        16),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer()),
                        new Post(URI.create("http://127.0.0.1:%d/alerts".formatted(port)), Duration.ofSeconds(4)),
                        Duration.ofHours(1),
                        meters,
                        InstantSource.system()),
                Webhook::step);
        workers.add(worker);
        worker.start();
        return worker;
    }

    /** An alert of something else than the others'. */
    private void open(String what, String id) throws Exception {
        var alert = alert(id, "OPENED", Instant.now());
        producer.send(new ProducerRecord<>(
                        Topics.DRIFT, 0, alert.timestamp(), (run + what).getBytes(UTF_8), alert.value()))
                .get();
    }

    private void send(String id, String state) throws Exception {
        producer.send(alert(id, state, Instant.now())).get();
    }

    private ProducerRecord<byte[], byte[]> alert(String id, String state, Instant at) {
        String json = "{\"id\":\"%s%s\",\"state\":\"%s\"}".formatted(run, id, state);
        return new ProducerRecord<>(Topics.DRIFT, 0, at.toEpochMilli(), run.getBytes(UTF_8), json.getBytes(UTF_8));
    }

    private double posts(String outcome) {
        return registry.get("millrace.webhook.posts")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).untilAsserted(assertion);
    }
}
