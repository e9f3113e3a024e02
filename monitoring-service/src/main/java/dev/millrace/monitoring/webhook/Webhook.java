package dev.millrace.monitoring.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Posts the alerts of {@code drift.detected.v1} in their order, each id once. The topic is its queue and its memory: what its
 * group committed is done, and at a start the topic is read from its beginning to know the ids that are. A first start posts
 * what is open then, and is a first start until all of that is done. A post that was taken, but not committed for a crash,
 * comes again with the same id. Not thread-safe.
 */
final class Webhook implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Webhook.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TopicPartition ALERTS = new TopicPartition(Topics.DRIFT, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    /** Ids that are remembered: many times what the topic holds of one time. */
    private static final int MOST = 10_000;

    /** It goes as a header. */
    private static final Pattern ID = Pattern.compile("[\\x21-\\x7E]{1,256}");

    private final Consumer<byte[], byte @Nullable []> consumer;
    private final Post post;
    private final Duration giveUpAfter;
    private final WebhookMeters meters;
    private final InstantSource clock;
    private final Deque<Alert> waiting = new ArrayDeque<>();
    private final Set<String> done = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    });

    /** At a first start: the open alert of each key. */
    private final Map<String, Alert> open = new LinkedHashMap<>();

    private boolean first;
    /** What lies before it is done; at a first start but for what is open. */
    private long begin;

    private Instant next = Instant.EPOCH;
    private Duration pause = SHORTEST;

    @SuppressWarnings("ArrayRecordComponent") // Bytes on their way.
    private record Alert(String id, long offset, Instant at, byte[] json) {}

    Webhook(
            Consumer<byte[], byte @Nullable []> consumer,
            Post post,
            Duration giveUpAfter,
            WebhookMeters meters,
            InstantSource clock) {
        this.consumer = consumer;
        this.post = post;
        this.giveUpAfter = giveUpAfter;
        this.meters = meters;
        this.clock = clock;
        consumer.subscribe(Set.of(Topics.DRIFT), new Rebalance());
    }

    /** Reads for a moment, and posts the oldest alert that waits if its time has come. */
    void step() throws InterruptedException {
        var found = consumer.poll(Duration.ofMillis(200));
        found.forEach(this::read);
        endFirst();
        showWaiting();
        if (!waiting.isEmpty()) {
            consumer.pause(consumer.assignment());
            postOldest();
        }
        if (waiting.isEmpty()) {
            consumer.resume(consumer.paused());
        }
        showWaiting();
    }

    private void showWaiting() {
        meters.waiting(waiting.isEmpty() ? null : waiting.getFirst().at());
    }

    private void read(ConsumerRecord<byte[], byte @Nullable []> source) {
        byte @Nullable [] json = source.value();
        var told = json == null ? null : told(json);
        if (json == null || told == null) {
            LOGGER.atWarn().addKeyValue("offset", source.offset()).log("alert not understood, not posted");
            return;
        }
        var alert = new Alert(told.id(), source.offset(), Instant.ofEpochMilli(source.timestamp()), json);
        if (first && source.offset() < begin) {
            open.remove(keyOf(source));
            if (told.open()) {
                open.put(keyOf(source), alert);
            }
        } else if (source.offset() < begin) {
            done.add(told.id());
        } else {
            waiting.add(alert);
        }
    }

    /** A first start has read what was there. */
    private void endFirst() {
        if (first && consumer.assignment().contains(ALERTS) && consumer.position(ALERTS, PATIENCE) >= begin) {
            first = false;
            var newer = List.copyOf(waiting);
            waiting.clear();
            var now = clock.instant();
            open.values().forEach(alert -> waiting.add(new Alert(alert.id(), alert.offset(), now, alert.json())));
            waiting.addAll(newer);
            open.clear();
            commit();
        }
    }

    private void commit() {
        // The one offset of a group cannot tell which of the open alerts of a first start are done.
        if (!waiting.isEmpty() && waiting.getFirst().offset() < begin) {
            return;
        }
        long offset = waiting.isEmpty()
                ? consumer.position(ALERTS, PATIENCE)
                : waiting.getFirst().offset();
        consumer.commitSync(Map.of(ALERTS, new OffsetAndMetadata(offset)), PATIENCE);
    }

    private void postOldest() throws InterruptedException {
        var now = clock.instant();
        if (now.isBefore(next)) {
            return;
        }
        var alert = waiting.getFirst();
        if (done.contains(alert.id())) {
            finish(alert);
            return;
        }
        if (now.isAfter(alert.at().plus(giveUpAfter))) {
            giveUp(alert, "too old");
            return;
        }
        var answer = post.post(alert.id(), alert.json());
        switch (answer.outcome()) {
            case DELIVERED -> {
                meters.delivered();
                finish(alert);
            }
            case REFUSED -> giveUp(alert, answer.reason().orElse(""));
            case FAILED -> {
                meters.failed();
                LOGGER.atWarn()
                        .addKeyValue("alert", alert.id())
                        .addKeyValue("reason", answer.reason().orElse(""))
                        .addKeyValue("again", pause)
                        .log("alert not posted");
                next = clock.instant().plus(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
            }
        }
    }

    private void giveUp(Alert alert, String reason) {
        meters.givenUp();
        LOGGER.atError()
                .addKeyValue("alert", alert.id())
                .addKeyValue("reason", reason)
                .log("alert given up");
        finish(alert);
    }

    private void finish(Alert alert) {
        waiting.removeFirst();
        done.add(alert.id());
        next = Instant.EPOCH;
        pause = SHORTEST;
        commit();
    }

    private record Told(String id, boolean open) {}

    private static @Nullable Told told(byte[] json) {
        try {
            JsonNode node = JSON.readTree(json);
            String id = node.path("id").asString("");
            return ID.matcher(id).matches()
                    ? new Told(id, node.path("state").asString("").equals("OPENED"))
                    : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    private static String keyOf(ConsumerRecord<byte[], ?> source) {
        return source.key() == null ? "" : new String(source.key(), UTF_8);
    }

    @Override
    public void close() {
        try {
            consumer.close();
        } finally {
            post.close();
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            waiting.clear();
            done.clear();
            open.clear();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (!partitions.contains(ALERTS)) {
                return;
            }
            var last = consumer.committed(Set.of(ALERTS), PATIENCE).get(ALERTS);
            first = last == null;
            begin = last == null
                    ? consumer.endOffsets(Set.of(ALERTS), PATIENCE).getOrDefault(ALERTS, 0L)
                    : last.offset();
            consumer.seekToBeginning(Set.of(ALERTS));
        }
    }
}
