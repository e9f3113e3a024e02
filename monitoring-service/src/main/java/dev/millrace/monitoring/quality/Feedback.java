package dev.millrace.monitoring.quality;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.FeedbackReceived;
import dev.millrace.contract.Topics;
import dev.millrace.drift.quality.LabelBlock;
import dev.millrace.monitoring.drift.DriftDetected.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows feedback from the beginning of what its topic holds, which is all the state there is, so every replica knows the same;
 * one of them sends the alerts. Not thread-safe, but for {@link #reports()} and {@link #alerts()}.
 */
final class Feedback implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Feedback.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TopicPartition FEEDBACK = new TopicPartition(Topics.FEEDBACK, 0);
    private static final TopicPartition ALERTS = new TopicPartition(Topics.DRIFT, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Between two makings of the figures, which take some time. */
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /** Blocks in a row that are as they should be, after which an alert is over. */
    private static final int CALM = 3;
    /** Versions that are followed at the most, so that memory stays bounded; of more, the last ones to be labelled. */
    private static final int MOST = 8;

    private static final Pattern SAFE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private final Consumer<byte[], byte @Nullable []> consumer;
    private final Producer<byte[], byte[]> producer;
    private final BooleanSupplier sends;
    private final FeedbackMeters meters;
    private final InstantSource clock;
    /** The last to be labelled comes last. */
    private final Map<String, ModelLabels> labels = new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ModelLabels> eldest) {
            if (size() > MOST) {
                reports.remove(eldest.getKey());
                changed.remove(eldest.getKey());
                return true;
            }
            return false;
        }
    };

    private final Set<String> changed = new HashSet<>();
    private final Map<String, QualityDetected> alerts = new ConcurrentHashMap<>();
    private final Map<String, QualityReport> reports = new ConcurrentSkipListMap<>();
    private boolean begun;
    private boolean caughtUp;
    private Instant madeAt = Instant.EPOCH;

    /** @param sends whether this replica is the one that sends alerts */
    Feedback(
            Consumer<byte[], byte @Nullable []> consumer,
            Producer<byte[], byte[]> producer,
            BooleanSupplier sends,
            FeedbackMeters meters,
            InstantSource clock) {
        this.consumer = consumer;
        this.producer = producer;
        this.sends = sends;
        this.meters = meters;
        this.clock = clock;
    }

    /** Of each model version that labels came of. */
    Map<String, QualityReport> reports() {
        return Map.copyOf(reports);
    }

    /** The last alert of each model version, sent by whichever replica. */
    Map<String, QualityDetected> alerts() {
        return new TreeMap<>(alerts);
    }

    /**
     * Reads for a moment, makes the figures anew if it has been a while, and sends the alerts that follow.
     *
     * @throws ExecutionException if an alert cannot be written; close this and make another
     * @throws TimeoutException likewise
     */
    void step() throws ExecutionException, InterruptedException, TimeoutException {
        if (!begun) {
            consumer.assign(List.of(FEEDBACK, ALERTS));
            consumer.seekToBeginning(List.of(FEEDBACK, ALERTS));
            begun = true;
        }
        consumer.poll(Duration.ofMillis(200)).forEach(this::accept);
        var now = clock.instant();
        if (!changed.isEmpty() && now.isAfter(madeAt.plus(PAUSE))) {
            for (var model : List.copyOf(labels.entrySet())) {
                if (changed.contains(model.getKey())) {
                    reports.put(model.getKey(), QualityReport.of(model.getKey(), model.getValue()));
                }
            }
            meters.show(reports);
            changed.clear();
            madeAt = clock.instant();
        }
        // Alerts of before are not to be sent again.
        if (!caughtUp) {
            var ends = consumer.endOffsets(List.of(FEEDBACK, ALERTS), PATIENCE);
            caughtUp = ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        }
        if (caughtUp && sends.getAsBoolean()) {
            for (var model : List.copyOf(labels.entrySet())) {
                var next = next(model.getKey(), model.getValue().blocks(), alerts.get(model.getKey()));
                if (next.isPresent()) {
                    send(next.get());
                }
            }
        }
    }

    /** Which alert follows from the one before and the blocks after it. */
    static Optional<QualityDetected> next(String model, List<Block> blocks, @Nullable QualityDetected last) {
        boolean open = last != null && last.state() == State.OPENED;
        int calm = 0;
        for (var block : blocks) {
            if (last != null && block.offset() <= last.offset()) {
                continue;
            }
            calm = block.isBad() ? 0 : calm + 1;
            if (open && calm == CALM) {
                return Optional.of(QualityDetected.of(model, block, State.RESOLVED));
            }
            if (!open && block.isBad()) {
                return Optional.of(QualityDetected.of(model, block, State.OPENED));
            }
        }
        return Optional.empty();
    }

    private void send(QualityDetected alert) throws ExecutionException, InterruptedException, TimeoutException {
        producer.send(new ProducerRecord<>(
                        Topics.DRIFT,
                        0,
                        (alert.model() + "/" + QualityDetected.KIND).getBytes(UTF_8),
                        JSON.writeValueAsBytes(alert)))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        keep(alert);
        LOGGER.atWarn()
                .addKeyValue("model", alert.model())
                .addKeyValue("state", alert.state())
                .addKeyValue("errors", alert.block().errors())
                .addKeyValue("labels", LabelBlock.SIZE)
                .log("quality alert");
    }

    private void keep(QualityDetected alert) {
        alerts.put(alert.model(), alert);
        meters.show(alert);
    }

    private void accept(ConsumerRecord<byte[], byte @Nullable []> found) {
        try {
            byte @Nullable [] value = found.value();
            if (value == null) {
                throw new IllegalArgumentException("value: none (expected: feedback or an alert)");
            }
            if (found.topic().equals(Topics.FEEDBACK)) {
                accept(feedback(value), found.offset());
            } else {
                var alert = JSON.readTree(value);
                if (alert.path("kind").asString("").equals(QualityDetected.KIND)) {
                    keep(JSON.treeToValue(alert, QualityDetected.class));
                }
            }
        } catch (IllegalArgumentException | JacksonException e) {
            meters.undecodable();
            LOGGER.atWarn()
                    .addKeyValue("record", found.topic() + "/" + found.partition() + "/" + found.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("record not understood");
        }
    }

    @SuppressWarnings("ConstantValue") // The JSON null is none.
    private static FeedbackReceived feedback(byte[] value) {
        var feedback = JSON.readValue(value, FeedbackReceived.class);
        if (feedback == null) {
            throw new IllegalArgumentException("value: null (expected: feedback)");
        }
        return feedback;
    }

    private void accept(FeedbackReceived feedback, long offset) {
        String model = feedback.model().name() + "/" + feedback.model().version();
        if (!SAFE.matcher(model).matches()) {
            meters.unknownModel();
            return;
        }
        var told = labels.computeIfAbsent(model, _ -> new ModelLabels()).add(feedback, offset);
        meters.count(told);
        if (told != ModelLabels.Told.REPEATED) {
            changed.add(model);
        }
    }

    @Override
    public void close() {
        try {
            consumer.close();
        } finally {
            producer.close(Duration.ZERO);
        }
    }
}
