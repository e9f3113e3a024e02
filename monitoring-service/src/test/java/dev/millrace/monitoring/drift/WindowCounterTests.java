package dev.millrace.monitoring.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.monitoring.Repositories;
import dev.millrace.monitoring.drift.WindowMessage.Mark;
import dev.millrace.monitoring.drift.WindowMessage.Partial;
import dev.millrace.monitoring.flow.Records;
import dev.millrace.monitoring.flow.Records.Upload;
import dev.millrace.pipeline.PipelineCatalog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowCounterTests {
    private static final int LANES = 8;
    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final Instant NOW = Instant.parse("2026-11-23T10:02:00Z");
    private static final DriftProperties PROPERTIES =
            new DriftProperties(LENGTH, Duration.ofMinutes(10), 200, Duration.ofDays(90), 0.005);

    private final Log log = new Log();
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent) {
                    return new String(sent.key(), UTF_8).equals(refused)
                            ? CompletableFuture.failedFuture(new RecordTooLargeException())
                            : super.send(sent);
                }
            };
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    private Instant now = NOW;
    private String refused = "";

    @TempDir
    private Path repository;

    /** Finds what is after a time as a broker does. */
    private static final class Log extends MockConsumer<byte[], byte @Nullable []> {
        private final Map<TopicPartition, OffsetAndTimestamp> firsts = new HashMap<>();

        Log() {
            super("earliest");
        }

        @Override
        @SuppressWarnings("NullAway") // The interface has null for a partition without such a record.
        public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                Map<TopicPartition, Long> times, Duration timeout) {
            var found = new HashMap<TopicPartition, @Nullable OffsetAndTimestamp>();
            times.keySet().forEach(partition -> found.put(partition, firsts.get(partition)));
            return found;
        }
    }

    @BeforeEach
    void fill() throws Exception {
        var profile = new Profile(List.of(
                SeriesProfile.of("links", new SplittableRandom(1).doubles(500).toArray())));
        Repositories.write(repository, profile);
        for (String topic : List.of(Topics.FEATURES, Topics.PREDICTIONS)) {
            log.updatePartitions(
                    topic,
                    IntStream.range(0, LANES)
                            .mapToObj(lane -> new PartitionInfo(topic, lane, Node.noNode(), new Node[0], new Node[0]))
                            .toList());
        }
        partitions().forEach(partition -> ends.put(partition, 0L));
        log.updateBeginningOffsets(ends);
        log.updateEndOffsets(ends);
    }

    @Test
    void holdsFewWindowsOfALongBacklogOpen() throws Exception {
        int windows = 864;
        var first = NOW.minus(LENGTH.multipliedBy(windows));
        var counter = counter();
        assign(commits("0"));
        for (int lane = 0; lane < LANES; lane++) {
            for (int i = 0; i < windows; i++) {
                add(Topics.FEATURES, lane, first.plus(LENGTH.multipliedBy(i)));
                add(Topics.PREDICTIONS, lane, first.plus(LENGTH.multipliedBy(i)));
            }
        }
        // As many as a poll brings of one partition.
        log.setMaxPollRecords(10);

        int most = 0;
        for (int i = 0; i < 4 * LANES * windows / 10; i++) {
            counter.step();
            most = Math.max(most, counter.open());
        }
        now = NOW.plusSeconds(1);
        counter.step();

        assertThat(most).isLessThan(LANES * 25);
        assertThat(partials()).hasSize(LANES * (windows - 2));
    }

    @Test
    void beginsWithTheWindowsThatAreNotOver() throws Exception {
        var old = NOW.minus(Duration.ofHours(1));
        var counter = counter();
        // 1 of the lane's 2 rows is older than a window and what may be late of it.
        log.firsts.put(new TopicPartition(Topics.FEATURES, 3), new OffsetAndTimestamp(1, NOW.toEpochMilli()));
        assign(Map.of());
        long from = log.position(new TopicPartition(Topics.FEATURES, 3));
        add(Topics.FEATURES, 3, old);
        add(Topics.FEATURES, 3, NOW.minus(Duration.ofMinutes(11)));

        counter.step();
        now = NOW.plus(LENGTH);
        counter.step();

        var start = Instant.parse("2026-11-23T09:50:00Z");
        assertThat(from).isEqualTo(1);
        assertThat(partials()).extracting(Partial::start).containsExactly(start);
        assertThat(marks(3)).containsExactly(mark(3, start, start), mark(3, start, start.plus(LENGTH)));
    }

    @Test
    void beginsAnewWhereSomethingElseCommitted() throws Exception {
        var counter = counter();
        assign(commits("elsewhere"));

        counter.step();
        now = NOW.plus(LENGTH);
        counter.step();

        var start = Instant.parse("2026-11-23T09:50:00Z");
        assertThat(marks(3)).containsExactly(mark(3, start, start), mark(3, start, start.plus(LENGTH)));
    }

    @Test
    void takesTheLaterOfTwoCommitsThatDiffer() throws Exception {
        var earlier = Instant.parse("2026-11-23T09:30:00Z");
        var later = Instant.parse("2026-11-23T09:40:00Z");
        var commits = commits(Long.toString(earlier.toEpochMilli()));
        var counter = counter();
        commits.put(
                new TopicPartition(Topics.FEATURES, 3), new OffsetAndMetadata(0, Long.toString(later.toEpochMilli())));
        commits.put(
                new TopicPartition(Topics.PREDICTIONS, 4),
                new OffsetAndMetadata(0, Long.toString(later.toEpochMilli())));
        assign(commits);

        counter.step();

        var end = Instant.parse("2026-11-23T09:50:00Z");
        assertThat(marks(2)).containsExactly(mark(2, earlier, end));
        assertThat(marks(3)).containsExactly(mark(3, later, end));
        assertThat(marks(4)).containsExactly(mark(4, later, end));
    }

    @Test
    void closesNothingForARecordOfTheFuture() throws Exception {
        var counter = counter();
        assign(commits("0"));
        add(Topics.FEATURES, 3, NOW.plus(Duration.ofDays(1)));
        add(Topics.PREDICTIONS, 3, NOW.plus(Duration.ofDays(1)));
        // There is more to read of either.
        more(Topics.FEATURES, 3);
        more(Topics.PREDICTIONS, 3);

        counter.step();

        assertThat(marks(3)).isEmpty();
        assertThat(marks(2)).isNotEmpty();
    }

    @Test
    void readsOnPastARecordOfTheFuture() throws Exception {
        var counter = counter();
        assign(commits("0"));
        add(Topics.FEATURES, 3, NOW.plus(Duration.ofDays(1)));
        add(Topics.FEATURES, 4, NOW.minus(Duration.ofHours(2)));
        more(Topics.FEATURES, 3);
        more(Topics.FEATURES, 4);

        counter.step();

        assertThat(log.paused()).containsExactly(new TopicPartition(Topics.FEATURES, 4));
    }

    @Test
    void leavesOutAWindowThatTheTopicDoesNotTake() throws Exception {
        var counter = counter();
        assign(commits("0"));
        add(Topics.FEATURES, 2, NOW.minus(Duration.ofHours(1)));
        add(Topics.FEATURES, 3, NOW.minus(Duration.ofHours(1)));
        refused = "window/spam/2/%d/%d/3"
                .formatted(Instant.parse("2026-11-23T09:00:00Z").toEpochMilli(), LENGTH.toMillis());

        counter.step();

        assertThat(partials()).extracting(Partial::lane).containsExactly(2);
        assertThat(marks(3)).hasSize(1);
        assertThat(log.committed(Set.of(new TopicPartition(Topics.FEATURES, 3))).values())
                .extracting(OffsetAndMetadata::offset)
                .containsExactly(1L);
    }

    private void add(String topic, int lane, Instant at) {
        var partition = new TopicPartition(topic, lane);
        long offset = ends.merge(partition, 1L, Long::sum) - 1;
        var id = UUID.nameUUIDFromBytes((lane + "/" + offset).getBytes(UTF_8));
        var upload = new Upload(id, lane, at);
        var origin = new Origin("topic", 0, offset);
        var written = topic.equals(Topics.FEATURES)
                ? Records.extracted(upload, origin, Map.of("links", offset % 97 / 97.0), 100, 20)
                : Records.predicted(upload, origin);
        log.addRecord(new ConsumerRecord<>(
                topic,
                lane,
                offset,
                at.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                written.key(),
                written.value(),
                written.headers(),
                Optional.empty()));
        log.updateEndOffsets(ends);
    }

    /** Has the topic hold a record that has not come yet. */
    private void more(String topic, int lane) {
        ends.merge(new TopicPartition(topic, lane), 1L, Long::sum);
        log.updateEndOffsets(ends);
    }

    private List<Partial> partials() {
        return messages()
                .filter(Partial.class::isInstance)
                .map(Partial.class::cast)
                .toList();
    }

    private List<Mark> marks(int lane) {
        return messages()
                .filter(Mark.class::isInstance)
                .map(Mark.class::cast)
                .filter(mark -> mark.lane() == lane)
                .toList();
    }

    private Stream<WindowMessage> messages() {
        return producer.history().stream().map(sent -> WindowMessage.of(sent.key(), sent.value()));
    }

    private static Mark mark(int lane, Instant from, Instant until) {
        return new Mark(lane, LANES, from, until);
    }

    private WindowCounter counter() {
        var registry = new SimpleMeterRegistry();
        return new WindowCounter(
                log,
                producer,
                new RowDecoder(PipelineCatalog.load(repository).all()),
                new Profiles(repository, () -> NOW),
                PROPERTIES,
                new RowMeters(registry),
                () -> now);
    }

    private void assign(Map<TopicPartition, OffsetAndMetadata> commits) {
        log.commitSync(commits);
        log.rebalance(partitions().toList());
    }

    private static Map<TopicPartition, OffsetAndMetadata> commits(String metadata) {
        var commits = new HashMap<TopicPartition, OffsetAndMetadata>();
        partitions().forEach(partition -> commits.put(partition, new OffsetAndMetadata(0, metadata)));
        return commits;
    }

    private static Stream<TopicPartition> partitions() {
        return Stream.of(Topics.FEATURES, Topics.PREDICTIONS)
                .flatMap(topic -> IntStream.range(0, LANES).mapToObj(lane -> new TopicPartition(topic, lane)));
    }
}
