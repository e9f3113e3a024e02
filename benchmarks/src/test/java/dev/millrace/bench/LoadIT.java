package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Topics;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The load, on a system whose times are known. */
@ExtendWith(SandboxExtension.class)
class LoadIT {
    private static final int UNTIL_RESULT = 100;

    private HttpServer server;
    private KafkaProducer<byte[], byte[]> producer;
    private String bootstrapServers;
    private volatile long standsUntil;

    @BeforeEach
    void start(Sandbox sandbox) throws IOException {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.bootstrapServers(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/uploads", this::answer);
        server.start();
        bootstrapServers = sandbox.bootstrapServers();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        producer.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        long left = standsUntil - System.nanoTime();
        try (exchange) {
            if (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
            if (text.equals("refused")) {
                exchange.sendResponseHeaders(429, -1);
                return;
            }
            var id = UUID.randomUUID();
            exchange.getResponseHeaders().add("Location", "/v1/uploads/" + id);
            byte[] body = (text.equals("known") ? "{\"cached\":true}" : "{}").getBytes(UTF_8);
            exchange.sendResponseHeaders(text.equals("known") ? 200 : 202, body.length);
            exchange.getResponseBody().write(body);
            var unused = CompletableFuture.runAsync(
                    () -> publish(id), CompletableFuture.delayedExecutor(UNTIL_RESULT, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void publish(UUID id) {
        var result = new ProducerRecord<byte[], byte[]>(Topics.RESULTS, 0, new byte[0], "{}".getBytes(UTF_8));
        Headers.set(result.headers(), Headers.UPLOAD_ID, id.toString());
        producer.send(result);
    }

    private Load load() {
        return new Load("http://127.0.0.1:" + server.getAddress().getPort(), bootstrapServers);
    }

    private List<Sample> open(String text, double rate) throws InterruptedException {
        try (var load = load()) {
            return load.open(rate, Duration.ofSeconds(2), new Random(1), () -> text);
        }
    }

    @Test
    void notesWhenEachResultCame() throws InterruptedException {
        var samples = open("new", 50);

        assertThat(samples).hasSizeBetween(70, 130).allMatch(Sample::isPublished);
        assertThat(samples).allSatisfy(sample -> assertThat(sample.untilKnown())
                .isGreaterThan(Duration.ofMillis(UNTIL_RESULT).toNanos())
                .isGreaterThan(sample.untilAnswered()));
    }

    @Test
    void countsFromWhenAnUploadWasDueHoweverLateItIsAnswered() throws InterruptedException {
        List<Sample> samples;
        try (var load = load()) {
            // From when the load begins, however long it took to connect.
            standsUntil = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            samples = load.open(50, Duration.ofSeconds(2), new Random(1), () -> "new");
        }

        // Those of the first half second waited for half a second and more, and were not left out.
        assertThat(samples)
                .filteredOn(sample -> sample.due() < Duration.ofMillis(400).toNanos())
                .hasSizeGreaterThan(5)
                .allMatch(sample ->
                        sample.untilAnswered() > Duration.ofMillis(400).toNanos());
    }

    @Test
    void knowsACachedAnswerAtOnce() throws InterruptedException {
        assertThat(open("known", 20))
                .isNotEmpty()
                .allMatch(Sample::cached)
                .allMatch(Sample::isPublished)
                .allSatisfy(sample -> assertThat(sample.untilKnown()).isEqualTo(sample.untilAnswered()));
    }

    @Test
    void countsWhatIsRefusedAndWaitsForNothing() throws InterruptedException {
        assertThat(open("refused", 20))
                .isNotEmpty()
                .allMatch(sample -> sample.status() == 429 && !sample.isPublished());
    }

    @Test
    void keepsSoManyUnderWayAndSaysHowManyAreDone() throws InterruptedException {
        try (var load = load()) {
            double rate = load.saturate(4, Duration.ofSeconds(3), () -> "new");

            // Four at a time, each of a tenth of a second at the least.
            assertThat(rate).isBetween(5.0, 40.0);
        }
    }
}
