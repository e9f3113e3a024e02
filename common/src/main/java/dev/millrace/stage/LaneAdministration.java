package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The ways out of a stall, for an operator. Group offsets can only be set while the group has no member, so a stage must
 * be stopped first; that is checked by the broker, and what it refuses is a {@link IllegalStateException}.
 */
public final class LaneAdministration implements AutoCloseable {
    /** Code of the audit record that {@link #resume} leaves among feature's dead letters. */
    public static final String RESUMED = "LANE_RESUMED";

    private static final String FEATURE = "feature-service";
    private static final String POSTPROCESSOR = "postprocessor-service";
    private static final Map<String, String> GROUPS =
            Map.of(FEATURE, Topics.UPLOADS, "inference-service", Topics.FEATURES, POSTPROCESSOR, Topics.PREDICTIONS);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String bootstrapServers;
    private final GroupOffsets groups;

    public LaneAdministration(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.groups = new GroupOffsets(bootstrapServers);
    }

    /**
     * How a lane stands.
     *
     * @param number offset of the last upload that has its result, -1 before the first
     * @param behind uploads without a result; 0 is a lane at rest
     * @param oldestAge since the oldest of them was accepted; null at rest, or if it is no longer in the log
     * @param lags records that each group has yet to read, by group; a lane can stand while all are 0
     */
    public record LaneState(
            int lane, long number, long behind, @Nullable Duration oldestAge, Map<String, Long> lags) {}

    /** @param from first upload that was passed over @param to last one, {@code from - 1} if there was none */
    public record Resumed(int lane, long from, long to) {}

    public List<LaneState> list() {
        var states = new ArrayList<LaneState>();
        for (int lane = 0; lane < TopicCatalog.load().lanes(); lane++) {
            states.add(state(lane));
        }
        return List.copyOf(states);
    }

    /**
     * Has feature read the lane again from behind the last upload that has its result. Always safe: what was published is
     * dropped as a repeat. It mends a lane whose records were lost on the way, or a group that stands too far ahead.
     *
     * @return offset of the first upload that is read again
     */
    public long rewind(int lane) {
        requireLane(lane);
        Origin number = number(lane);
        long next = number == null ? 0 : number.offset() + 1;
        long beginning = groups.offset(new TopicPartition(Topics.UPLOADS, lane), OffsetSpec.earliest())
                .offset();
        if (next < beginning) {
            throw new IllegalStateException(
                    "lane %d: uploads %d to %d are no longer in the log (the way on is: lane resume %d --at %d)"
                            .formatted(lane, next, beginning - 1, lane, beginning));
        }
        groups.setOffset(FEATURE, Topics.UPLOADS, lane, next, new CommitMetadata(number, null, 0), epoch(number));
        return next;
    }

    /**
     * Gives up what lies between the last published upload and {@code at}, and goes on there. What is given up gets no
     * result; an audit record among feature's dead letters names it.
     *
     * @param at offset of the upload to go on with, 1 or more
     * @param reason why, for whoever reads the audit record
     */
    public Resumed resume(int lane, long at, String reason) {
        requireLane(lane);
        if (reason.isBlank()) {
            throw new IllegalArgumentException("reason: empty (expected: why these uploads are given up)");
        }
        var uploads = new TopicPartition(Topics.UPLOADS, lane);
        long beginning = groups.offset(uploads, OffsetSpec.earliest()).offset();
        var end = groups.offset(uploads, OffsetSpec.latest());
        var published = published(lane);
        Origin number = numberIfKnown(lane, published);
        long first = number == null ? 0 : number.offset() + 1;
        long least = Math.max(1, Math.max(beginning, first));
        if (at < least || at > end.offset()) {
            throw new IllegalArgumentException(
                    "lane %d: --at %d (expected: %d to %d)".formatted(lane, at, least, end.offset()));
        }
        var before = new Origin(
                new TopicInspector(groups.admin()).incarnation(Topics.UPLOADS),
                end.leaderEpoch().orElse(0),
                at - 1);
        long read = groups.committed(POSTPROCESSOR, Topics.PREDICTIONS, lane)
                .map(OffsetAndMetadata::offset)
                .orElseGet(() -> groups.offset(new TopicPartition(Topics.PREDICTIONS, lane), OffsetSpec.earliest())
                        .offset());
        groups.requireNoMembers(FEATURE);
        groups.requireNoMembers(POSTPROCESSOR);
        audit(lane, first, at - 1, reason);
        // The number first: with feature's place alone the lane would stand behind a gap, which a rewind mends.
        groups.setOffset(
                POSTPROCESSOR,
                Topics.PREDICTIONS,
                lane,
                read,
                new CommitMetadata(before, published.tail(), 0),
                Optional.empty());
        groups.setOffset(FEATURE, Topics.UPLOADS, lane, at, new CommitMetadata(before, null, 0), epoch(before));
        return new Resumed(lane, first, at - 1);
    }

    @Override
    public void close() {
        groups.close();
    }

    private LaneState state(int lane) {
        var uploads = new TopicPartition(Topics.UPLOADS, lane);
        Origin number = numberIfKnown(lane, published(lane));
        long last = number == null ? -1 : number.offset();
        try (var consumer = groups.consumer()) {
            consumer.assign(Set.of(uploads));
            long end = requireNonNull(consumer.endOffsets(Set.of(uploads)).get(uploads));
            long beginning =
                    requireNonNull(consumer.beginningOffsets(Set.of(uploads)).get(uploads));
            var lags = new TreeMap<String, Long>();
            GROUPS.forEach((group, topic) -> lags.put(group, lag(group, topic, lane)));
            if (last + 1 >= end) {
                return new LaneState(lane, last, 0, null, lags);
            }
            consumer.seek(uploads, Math.max(beginning, last + 1));
            Instant oldest = firstTime(consumer, uploads, end);
            if (oldest == null) {
                // Transaction markers alone.
                return new LaneState(lane, last, 0, null, lags);
            }
            var age = Duration.between(oldest, Instant.now());
            return new LaneState(lane, last, end - 1 - last, last + 1 < beginning ? null : age, lags);
        }
    }

    /** When the record at the position, or the next one, was written; null if none comes before {@code end}. */
    private static @Nullable Instant firstTime(Consumer<byte[], byte[]> consumer, TopicPartition lane, long end) {
        long begin = System.nanoTime();
        while (consumer.position(lane) < end) {
            for (var record : consumer.poll(Duration.ofMillis(200)).records(lane)) {
                return Instant.ofEpochMilli(record.timestamp());
            }
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "%s: the broker gave no record for %d s".formatted(lane, PATIENCE.toSeconds()));
            }
        }
        return null;
    }

    private long lag(String group, String topic, int lane) {
        var partition = new TopicPartition(topic, lane);
        long read = groups.committed(group, topic, lane)
                .map(OffsetAndMetadata::offset)
                .orElseGet(() -> groups.offset(partition, OffsetSpec.earliest()).offset());
        return Math.max(0, groups.offset(partition, OffsetSpec.latest()).offset() - read);
    }

    /** @throws IllegalStateException if the commit and the results topic disagree */
    private @Nullable Origin number(int lane) {
        var predictions = new TopicPartition(Topics.PREDICTIONS, lane);
        try {
            var commit =
                    groups.committed(POSTPROCESSOR, Topics.PREDICTIONS, lane).orElse(null);
            return PublishingLane.load(predictions, commit, published(lane), Duration.ofHours(1))
                    .number();
        } catch (StalledException e) {
            throw new IllegalStateException("lane %d stands: %s".formatted(lane, e.getMessage()), e);
        }
    }

    /** The number, or where commit and results disagree the last result. */
    private @Nullable Origin numberIfKnown(int lane, PublishedLanes.Published published) {
        try {
            return number(lane);
        } catch (IllegalStateException e) {
            return published.tail();
        }
    }

    private PublishedLanes.Published published(int lane) {
        return new KafkaPublishedLanes(
                        Topics.RESULTS, groups.admin(), groups::consumer, PATIENCE, LaneAdministration::pause)
                .read(lane, Instant.now());
    }

    private static boolean pause(Duration duration) {
        try {
            Thread.sleep(duration);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void audit(int lane, long from, long to, String reason) {
        var settings = Map.<String, Object>of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all");
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var record = new ProducerRecord<byte[], byte[]>(
                    Topics.deadLetters(Topics.UPLOADS, FEATURE), lane, null, reason.getBytes(UTF_8));
            Headers.set(record.headers(), Headers.DEAD_LETTER_CODE, RESUMED);
            Headers.set(
                    record.headers(),
                    Headers.DEAD_LETTER_DETAIL,
                    "uploads %d to %d given up by %s: %s"
                            .formatted(from, to, System.getProperty("user.name"), DeadLetters.cut(reason)));
            Headers.set(record.headers(), Headers.DEAD_LETTER_STAGE, "operator");
            Headers.set(record.headers(), Headers.DEAD_LETTER_SOURCE, "%s/%d/%d".formatted(Topics.UPLOADS, lane, from));
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the audit record was not kept: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Optional<Integer> epoch(@Nullable Origin origin) {
        return origin == null ? Optional.empty() : Optional.of(origin.epoch());
    }

    private static void requireLane(int lane) {
        int lanes = TopicCatalog.load().lanes();
        if (lane < 0 || lane >= lanes) {
            throw new IllegalArgumentException("lane: %d (expected: 0 to %d)".formatted(lane, lanes - 1));
        }
    }
}
