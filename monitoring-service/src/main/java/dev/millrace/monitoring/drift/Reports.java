package dev.millrace.monitoring.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Topics;
import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.FaultReport;
import dev.millrace.drift.window.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows the windows of all lanes and the alerts, so that every replica knows the same reports; the one that has lane 0 sends
 * the alerts. Not thread-safe, but for {@link #history()}, {@link #histograms} and {@link #alerts()}.
 */
final class Reports implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Reports.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Windows that are read again at a start, and kept. */
    private static final int KEPT = 36;

    /** They take a hundred times the memory of a report's other figures. */
    private static final int WITH_HISTOGRAMS = 12;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Consumer<byte[], byte @Nullable []> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Merger merger;
    private final BooleanSupplier sends;
    private final DriftProperties properties;
    private final InstantSource clock;
    private boolean begun;
    private final Map<String, List<DriftReport>> history = new ConcurrentHashMap<>();
    private final Map<String, NavigableMap<Instant, List<Histogram>>> histograms = new ConcurrentHashMap<>();
    private final Map<String, DriftDetected> alerts = new ConcurrentHashMap<>();
    private final Map<String, FaultsDetected> faultAlerts = new ConcurrentHashMap<>();

    /** @param sends whether this replica is the one that sends alerts */
    Reports(
            Consumer<byte[], byte @Nullable []> consumer,
            Producer<byte[], byte[]> producer,
            Merger merger,
            BooleanSupplier sends,
            DriftProperties properties,
            InstantSource clock) {
        this.consumer = consumer;
        this.producer = producer;
        this.merger = merger;
        this.sends = sends;
        this.properties = properties;
        this.clock = clock;
    }

    private void begin() {
        var windows = new TopicPartition(Topics.PROFILES, 0);
        var sent = new TopicPartition(Topics.DRIFT, 0);
        readAlerts(sent);
        consumer.assign(List.of(windows, sent));
        var since =
                clock.instant().minus(properties.window().multipliedBy(KEPT)).minus(properties.lateness());
        seek(windows, since);
        begun = true;
    }

    private void readAlerts(TopicPartition sent) {
        consumer.assign(List.of(sent));
        consumer.seekToBeginning(List.of(sent));
        long end = consumer.endOffsets(List.of(sent), PATIENCE).getOrDefault(sent, 0L);
        while (consumer.position(sent, PATIENCE) < end) {
            consumer.poll(Duration.ofMillis(200)).forEach(this::accept);
        }
    }

    private void seek(TopicPartition windows, Instant since) {
        var found = consumer.offsetsForTimes(Map.of(windows, since.toEpochMilli()), PATIENCE)
                .get(windows);
        if (found == null) {
            consumer.seekToEnd(List.of(windows));
        } else {
            consumer.seek(windows, found.offset());
        }
    }

    /** The last reports of each model version, oldest first. */
    Map<String, List<DriftReport>> history() {
        return new TreeMap<>(history);
    }

    /** What a window counted beside its reference, if it is one of the last {@value #WITH_HISTOGRAMS} of its version. */
    Optional<List<Histogram>> histograms(String model, Instant start) {
        return Optional.ofNullable(histograms.get(model)).map(windows -> windows.get(start));
    }

    /** The last alert of each model version, sent by whichever replica. */
    Map<String, DriftDetected> alerts() {
        return new TreeMap<>(alerts);
    }

    /** The last alert of each model version about its data. */
    Map<String, FaultsDetected> faultAlerts() {
        return new TreeMap<>(faultAlerts);
    }

    /**
     * Reads for a moment, and sends the alerts that follow.
     *
     * @throws ExecutionException if an alert cannot be written; close this and make another
     * @throws TimeoutException likewise
     */
    void step() throws ExecutionException, InterruptedException, TimeoutException {
        if (!begun) {
            begin();
        }
        consumer.poll(Duration.ofMillis(200)).forEach(this::accept);
        if (!sends.getAsBoolean()) {
            return;
        }
        for (var model : history.entrySet()) {
            var next = Alerts.next(alerts.get(model.getKey()), model.getValue());
            if (next.isPresent()) {
                send(next.get());
            }
            var faults = Alerts.nextOfFaults(faultAlerts.get(model.getKey()), model.getValue());
            if (faults.isPresent()) {
                send(faults.get());
            }
        }
    }

    private void send(FaultsDetected alert) throws ExecutionException, InterruptedException, TimeoutException {
        producer.send(new ProducerRecord<>(
                        Topics.DRIFT,
                        0,
                        (alert.model() + "/" + FaultsDetected.KIND).getBytes(UTF_8),
                        JSON.writeValueAsBytes(alert)))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        faultAlerts.put(alert.model(), alert);
        LOGGER.atWarn()
                .addKeyValue("model", alert.model())
                .addKeyValue("state", alert.state())
                .addKeyValue("window", alert.start())
                .addKeyValue(
                        "faults",
                        alert.faults().stream().map(FaultReport::fault).toList())
                .log("data alert");
    }

    private void send(DriftDetected alert) throws ExecutionException, InterruptedException, TimeoutException {
        producer.send(new ProducerRecord<>(
                        Topics.DRIFT, 0, alert.model().getBytes(UTF_8), JSON.writeValueAsBytes(alert)))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        alerts.put(alert.model(), alert);
        LOGGER.atWarn()
                .addKeyValue("model", alert.model())
                .addKeyValue("state", alert.state())
                .addKeyValue("window", alert.start())
                .addKeyValue("drifted", alert.drifted())
                .log("drift alert");
    }

    /** Alerts of other kinds are others' matter. */
    private void accept(JsonNode alert) {
        switch (alert.path("kind").asString("")) {
            case "" -> {
                var drift = JSON.treeToValue(alert, DriftDetected.class);
                alerts.put(drift.model(), drift);
            }
            case FaultsDetected.KIND -> {
                var faults = JSON.treeToValue(alert, FaultsDetected.class);
                faultAlerts.put(faults.model(), faults);
            }
            default -> {}
        }
    }

    private void accept(ConsumerRecord<byte[], byte @Nullable []> found) {
        try {
            byte @Nullable [] value = found.value();
            if (value == null) {
                throw new IllegalArgumentException("value: none (expected: a window or an alert)");
            }
            if (found.topic().equals(Topics.DRIFT)) {
                accept(JSON.readTree(value));
            } else {
                merger.accept(WindowMessage.of(found.key(), value)).forEach(this::keep);
            }
        } catch (IllegalArgumentException | JacksonException e) {
            LOGGER.atWarn()
                    .addKeyValue("record", found.topic() + "/" + found.partition() + "/" + found.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("record not understood");
        }
    }

    private void keep(JudgedWindow judged) {
        var report = judged.report();
        var windows = histograms.computeIfAbsent(report.model(), _ -> new ConcurrentSkipListMap<>());
        windows.put(report.start(), judged.histograms());
        while (windows.size() > WITH_HISTOGRAMS) {
            windows.pollFirstEntry();
        }
        var kept = new ArrayList<>(history.getOrDefault(report.model(), List.of()));
        kept.removeIf(one -> one.start().equals(report.start()));
        kept.add(report);
        kept.sort(Comparator.comparing(DriftReport::start));
        history.put(report.model(), List.copyOf(kept.subList(Math.max(0, kept.size() - KEPT), kept.size())));
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
