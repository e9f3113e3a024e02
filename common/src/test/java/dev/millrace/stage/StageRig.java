package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.stage.StageDefinition.LaneSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.header.Headers;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.util.unit.DataSize;

/**
 * One replica of each of three trivial stages, in this process: the first makes links and takes bodies as text, the
 * second copies, the third publishes {@code SUCCEEDED}, {@code EXPIRED} or {@code FAILED <code> <dead letter>}.
 */
final class StageRig implements AutoCloseable {
    static final int MAX_OUTPUT = 1000;
    static final int MAX_BATCH = 64;
    /** Bodies that begin so do not decode, make the function throw, or come out too large. */
    static final String UNDECODABLE = "undecodable";

    static final String POISON = "poison";
    static final String OVERSIZE = "oversize";
    /** Bodies that begin so have no valid output, or are worked on for ever. */
    static final String NAN = "NaN";

    static final String HANG = "hang";

    /** How long a function takes for a record: {@code -Dmillrace.rig.work-micros}. */
    private static final Duration WORK = Duration.of(Long.getLong("millrace.rig.work-micros", 0), ChronoUnit.MICROS);

    private final Admin admin;
    private final List<StageLifecycle> stages;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** @param instance name of the replica, whose transactional ids it keeps over restarts */
    StageRig(String bootstrapServers, String instance) {
        this(bootstrapServers, instance, false);
    }

    /** @param staticMembership whether its consumers keep their names in their groups over restarts too */
    StageRig(String bootstrapServers, String instance, boolean staticMembership) {
        this(bootstrapServers, instance, staticMembership, Duration.ofSeconds(30));
    }

    private StageRig(String bootstrapServers, String instance, boolean staticMembership, Duration callTimeout) {
        var kafka = new KafkaProperties();
        kafka.setBootstrapServers(List.of(bootstrapServers));
        var properties = new StageProperties(
                1,
                MAX_BATCH,
                DataSize.ofMegabytes(32),
                staticMembership,
                callTimeout,
                Duration.ofMillis(20),
                Duration.ofMillis(500));
        var clients = new KafkaClients(kafka, properties, instance);
        admin = clients.admin();
        var parts = new Stages(clients, properties, admin, new TopicInspector(admin), meters, Clock.systemUTC());
        stages = List.of(
                parts.inner(inner("feature", Topics.UPLOADS, Topics.FEATURES, LaneSource.OWN_POSITION)),
                parts.inner(inner("inference", Topics.FEATURES, Topics.PREDICTIONS, LaneSource.HEADERS)),
                parts.publishing(new PublishingDefinition(
                        "postprocessor",
                        "postprocessor-service",
                        Topics.PREDICTIONS,
                        Topics.RESULTS,
                        new TextResults(),
                        Duration.ofHours(1),
                        MAX_OUTPUT)));
    }

    /**
     * Runs a rig in a process of its own, until that ends.
     *
     * @param arguments bootstrap servers, name of the replica, longest call of a function in milliseconds
     */
    public static void main(String[] arguments) throws InterruptedException {
        var limit = Duration.ofMillis(Long.parseLong(arguments[2]));
        new StageRig(arguments[0], arguments[1], true, limit).start();
        Thread.currentThread().join();
    }

    StageRig start() {
        stages.forEach(StageLifecycle::start);
        return this;
    }

    /** Starts the first stage alone. */
    StageRig startFirst() {
        stages.getFirst().start();
        return this;
    }

    /** Stops the first stage alone. */
    void stopFirst() {
        stages.getFirst().stop();
    }

    /** Reasons of the lanes that stall, of any stage. */
    List<String> stalled() {
        return stages.stream()
                .flatMap(stage -> stage.stalledLanes().values().stream())
                .toList();
    }

    /** Whether all consumers run and no lane is stalled. */
    boolean isWell() {
        return stages.stream()
                .allMatch(stage ->
                        stage.waitingFor() == null && stage.stalledLanes().isEmpty());
    }

    double judged(String verdict) {
        var counter =
                meters.find("millrace.lane.records").tag("verdict", verdict).counter();
        return counter == null ? 0 : counter.count();
    }

    /** Polls that a stage has carried. */
    long batches(String stage) {
        return meters.get("millrace.stage.batch.size")
                .tag("stage", stage)
                .summary()
                .count();
    }

    @Override
    public void close() {
        stages.forEach(StageLifecycle::stop);
        admin.close();
    }

    private static StageDefinition<String, String> inner(
            String service, String input, String output, LaneSource source) {
        return new StageDefinition<>(
                service,
                service + "-service",
                input,
                output,
                source,
                body -> {
                    String text = new String(body, UTF_8);
                    if (text.startsWith(UNDECODABLE)) {
                        throw new IllegalArgumentException("not of this schema");
                    }
                    return text;
                },
                text -> text.getBytes(UTF_8),
                StageRig::work,
                MAX_OUTPUT,
                () -> null);
    }

    private static List<Outcome<String>> work(List<StageInput<String>> batch) {
        while (batch.stream().anyMatch(input -> input.value().startsWith(HANG))) {
            // As a native call, it hears of no interrupt.
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }
        if (batch.stream().anyMatch(input -> input.value().startsWith(POISON))) {
            throw new IllegalStateException("the function cannot bear one of these");
        }
        LockSupport.parkNanos(batch.size() * WORK.toNanos());
        return batch.stream().map(input -> outcome(input.value())).toList();
    }

    private static Outcome<String> outcome(String text) {
        if (text.startsWith(NAN)) {
            return new Outcome.Failed<>(ErrorCode.INVALID_MODEL_OUTPUT, "score: NaN (expected: 0 to 1)");
        }
        return new Outcome.Value<>(text.startsWith(OVERSIZE) ? "x".repeat(MAX_OUTPUT + 1) : text);
    }

    private static final class TextResults implements ResultFactory {
        @Override
        public byte[] succeeded(UploadHeaders headers, byte[] body, Instant receivedAt, Headers published) {
            return "SUCCEEDED".getBytes(UTF_8);
        }

        @Override
        public byte[] ended(
                UploadHeaders headers, OutcomeKind kind, byte[] body, Instant receivedAt, Headers published) {
            return (kind == OutcomeKind.EXPIRED ? "EXPIRED" : failed(body)).getBytes(UTF_8);
        }

        private static String failed(byte[] body) {
            try {
                var failed = OutcomeFailed.parseFrom(body);
                return "FAILED %s %s".formatted(failed.getCode(), failed.getDeadLetter());
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                return "FAILED %s".formatted(ErrorCode.UNDECODABLE_RECORD);
            }
        }
    }
}
