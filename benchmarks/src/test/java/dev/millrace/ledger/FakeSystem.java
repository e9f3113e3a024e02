package dev.millrace.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.ledger.agent.ClientFault;
import dev.millrace.ledger.agent.FaultPoint;
import dev.millrace.ledger.fault.Part;
import dev.millrace.ledger.fault.SystemUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.json.JsonMapper;

/** All five services in a hundred lines, on a real broker: one thread at a time, so nothing goes wrong unless it shall. */
final class FakeSystem implements SystemUnderTest, AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int EVERY = 50;
    /** Those before the run, which the ledger does not audit. */
    private static final int WARM_UP = 450;

    private final String bootstrapServers;
    private final Flaw flaw;
    private final HttpServer server;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<UUID, String> store = new HashMap<>();
    private int uploads;

    /** What it does to every fiftieth upload. */
    enum Flaw {
        NONE,
        NO_RESULT,
        SECOND_RESULT,
        NOT_IN_STORE,
        OTHER_SCORE
    }

    FakeSystem(String bootstrapServers, Flaw flaw) {
        this.bootstrapServers = bootstrapServers;
        this.flaw = flaw;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/uploads", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            if (exchange.getRequestMethod().equals("GET")) {
                String path = exchange.getRequestURI().getPath();
                reply(exchange, 200, 404, result(UUID.fromString(path.substring(path.lastIndexOf('/') + 1))));
            } else {
                var headers = exchange.getRequestHeaders();
                var id = UUID.nameUUIDFromBytes(
                        headers.getFirst("Idempotency-Key").getBytes(UTF_8));
                accept(id, body, exchange.getRequestURI().getQuery(), headers.getFirst("traceparent"));
                exchange.getResponseHeaders().add("Location", "/v1/uploads/" + id);
                reply(exchange, 202, 202, Optional.of(""));
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void reply(HttpExchange exchange, int status, int without, Optional<String> body)
            throws IOException {
        byte[] bytes = body.orElse("").getBytes(UTF_8);
        exchange.sendResponseHeaders(body.isPresent() ? status : without, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized Optional<String> result(UUID id) {
        return Optional.ofNullable(store.get(id));
    }

    private synchronized void accept(UUID id, byte[] body, String query, String traceparent)
            throws ExecutionException, InterruptedException {
        if (store.containsKey(id)) {
            return;
        }
        boolean flawed = ++uploads > WARM_UP && uploads % EVERY == 0;
        String key = query.contains("key=") ? query : id.toString();
        int lane = Math.floorMod(key.hashCode(), 8);
        var upload = new ProducerRecord<>(Topics.UPLOADS, lane, new byte[0], body);
        Headers.set(upload.headers(), Headers.UPLOAD_ID, id.toString());
        Headers.set(upload.headers(), Headers.ATTEMPT, "1");
        Headers.set(upload.headers(), Headers.TRACEPARENT, traceparent);
        RecordMetadata place = producer.send(upload).get();

        double score = Math.floorMod(Arrays.hashCode(body), 1000) / 1000.0;
        boolean otherScore = flawed && flaw == Flaw.OTHER_SCORE;
        String json = JSON.writeValueAsString(new UploadResult(
                id,
                1,
                "spam",
                UploadResult.Status.SUCCEEDED,
                "ham",
                otherScore ? 1 - score : score,
                0.5,
                null,
                null,
                null,
                Instant.now(),
                Instant.now(),
                List.of(),
                traceparent.split("-")[1]));
        if (flawed && flaw == Flaw.NO_RESULT) {
            return;
        }
        publish(lane, new Origin("fake", 0, place.offset()), json);
        if (flawed && flaw == Flaw.SECOND_RESULT) {
            publish(lane, new Origin("fake", 0, place.offset()), json);
        }
        if (!flawed || flaw != Flaw.NOT_IN_STORE) {
            store.put(id, json);
        }
    }

    private void publish(int lane, Origin origin, String json) throws ExecutionException, InterruptedException {
        var result = new ProducerRecord<>(Topics.RESULTS, lane, new byte[0], json.getBytes(UTF_8));
        Headers.set(result.headers(), Headers.ORIGIN, origin.toString());
        Objects.requireNonNull(producer.send(result).get());
    }

    @Override
    public String api() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void kill(Part part) {}

    @Override
    public void terminate(Part part) {}

    @Override
    public void start(Part part) {}

    @Override
    public void suspend(Part part) {}

    @Override
    public void resume(Part part) {}

    @Override
    public void crashAt(Part part, FaultPoint point) {}

    @Override
    public void suspendAt(Part part, FaultPoint point) {}

    @Override
    public void startReplica(Part part) {}

    @Override
    public void endReplica(Part part) {}

    @Override
    public void deceive(Part part, ClientFault what, long seed) {}

    @Override
    public void undeceive(Part part, ClientFault what) {}

    @Override
    public boolean isReady(Part part) {
        return true;
    }

    @Override
    public boolean isServing() {
        return true;
    }

    @Override
    public Optional<String> failure() {
        return Optional.empty();
    }

    @Override
    public void close() {
        server.stop(0);
        producer.close();
    }
}
