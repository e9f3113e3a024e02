package dev.millrace.monitoring.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.WindowCounts;
import dev.millrace.monitoring.Repositories;
import dev.millrace.monitoring.flow.Records;
import dev.millrace.monitoring.flow.Records.Upload;
import dev.millrace.monitoring.kafka.Worker;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Replicas of the counter beside each other, on a real broker. */
@ExtendWith(SandboxExtension.class)
class ReplicasIT {
    private static final int LANES = 8;
    private static final int ROWS = 2000;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final DriftProperties PROPERTIES =
            new DriftProperties(Duration.ofSeconds(2), Duration.ofSeconds(10), 100, Duration.ofDays(90), 0.005);

    private final String run = UUID.randomUUID().toString();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Profile profile = new Profile(
            List.of(SeriesProfile.of("links", random.doubles(500).toArray())),
            EmbeddingProfile.of(
                    IntStream.range(0, 100).boxed().collect(Collectors.toMap(i -> new UUID(i, i), i -> embedding(i)))));
    private final List<Worker<WindowCounter>> workers = new ArrayList<>();
    private final Map<Integer, Instant> accepted = new HashMap<>();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @TempDir
    private Path repository;

    private Sandbox sandbox;
    private KafkaProducer<byte[], byte[]> producer;
    private Collection<Pipeline> pipelines;

    @BeforeEach
    void start(Sandbox shared) throws Exception {
        sandbox = shared;
        Repositories.write(repository, profile);
        pipelines = PipelineCatalog.load(repository).all();
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", sandbox.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void stop() {
        workers.forEach(Worker::stop);
        producer.close();
    }

    @Test
    void countEachRowOnceThoughOneOfFourIsStoppedInMidWindow() throws Exception {
        var windows = partials();
        // Whoever comes new does not read what is old.
        commitEnds("one-" + run);
        for (int i = 0; i < 4; i++) {
            replica("four-" + run);
        }
        await().atMost(PATIENCE).until(() -> lanes() == LANES);
        var began = Instant.now();
        send(0, ROWS / 2);
        await().atMost(PATIENCE).until(() -> counted() >= ROWS / 2);
        // The windows of these rows stay open for another ten seconds.
        workers.getFirst().stop();
        // Some of them twice, as after a crash of the stage before.
        send(ROWS / 2 - 200, ROWS);
        var byFour = collect(windows, began);

        workers.forEach(Worker::stop);
        replica("one-" + run);
        var byOne = collect(windows, began);

        assertThat(byFour).isEqualTo(byOne);
        assertThat(rows(byFour.values())).isEqualTo(ROWS);
    }

    @Test
    void haveAWindowJudgedOnceThoughOneStopsBetweenWritingAndCommitting() throws Exception {
        var windows = partials();
        String group = "stops-" + run;
        var began = Instant.now();
        var row = new AtomicLong(Long.MAX_VALUE);
        // The last lane that is written: the window is judged before it comes again.
        replica(group, () -> new KafkaConsumer<>(settings(group), bytes(), bytes()) {
            @Override
            public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
                var last = offsets.get(new TopicPartition(Topics.FEATURES, LANES - 1));
                if (last != null && Long.parseLong(last.metadata()) > row.get()) {
                    row.set(Long.MAX_VALUE);
                    throw new TimeoutException("stopped before the commit");
                }
                super.commitSync(offsets, timeout);
            }
        });
        await().atMost(PATIENCE).until(() -> lanes() == LANES);
        send(0, ROWS);
        row.set(requireNonNull(accepted.get(LANES - 1)).toEpochMilli());

        var merger =
                new Merger(new Profiles(repository, InstantSource.system()), new Judge(100, 1e-3), PROPERTIES.window());
        var partials = new ArrayList<String>();
        var reports = new ArrayList<DriftReport>();
        follow(windows, Instant.now().plus(PROPERTIES.window().multipliedBy(2)), message -> {
            if (message instanceof WindowMessage.Partial partial) {
                partials.add(partial.start() + "/" + partial.lane());
            }
            merger.accept(message).forEach(judged -> reports.add(judged.report()));
        });
        reports.removeIf(report -> !report.end().isAfter(began));

        assertThat(partials)
                .as("a window that came twice")
                .hasSizeGreaterThan(Set.copyOf(partials).size());
        assertThat(reports).extracting(DriftReport::start).doesNotHaveDuplicates();
        assertThat(reports.stream().mapToLong(DriftReport::rows).sum()).isEqualTo(ROWS);
        assertThat(reports).as("a window whose embeddings were judged").anySatisfy(report -> assertThat(
                        report.series().getLast().embedding())
                .isNotNull());
    }

    /** Lanes that have a replica. */
    private long lanes() {
        return IntStream.range(0, LANES)
                .filter(lane -> workers.stream().map(Worker::made).anyMatch(made -> made != null && made.has(lane)))
                .count();
    }

    private double counted() {
        return registry.get("millrace.drift.rows")
                .tag("outcome", "counted")
                .counter()
                .count();
    }

    private void replica(String group) {
        replica(group, () -> consumer(group));
    }

    private void replica(String group, Supplier<KafkaConsumer<byte[], byte @Nullable []>> consumers) {
        var clock = InstantSource.system();
        var profiles = new Profiles(repository, clock);
        var worker = new Worker<>(
                group,
                () -> new WindowCounter(
                        consumers.get(),
                        new KafkaProducer<>(
                                Map.of("bootstrap.servers", sandbox.bootstrapServers()),
                                new ByteArraySerializer(),
                                new ByteArraySerializer()),
                        new RowDecoder(pipelines),
                        profiles,
                        PROPERTIES,
                        new RowMeters(registry),
                        clock),
                WindowCounter::step);
        workers.add(worker);
        worker.start();
    }

    private KafkaConsumer<byte[], byte @Nullable []> consumer(String group) {
        return new KafkaConsumer<>(settings(group), bytes(), bytes());
    }

    private static ByteArrayDeserializer bytes() {
        return new ByteArrayDeserializer();
    }

    private Map<String, Object> settings(String group) {
        return Map.of(
                "bootstrap.servers",
                sandbox.bootstrapServers(),
                "group.id",
                group,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "earliest",
                "partition.assignment.strategy",
                RangeAssignor.class.getName());
    }

    private void commitEnds(String group) {
        var partitions = Stream.of(Topics.FEATURES, Topics.PREDICTIONS)
                .flatMap(topic -> IntStream.range(0, LANES).mapToObj(lane -> new TopicPartition(topic, lane)))
                .toList();
        try (var consumer = consumer(group)) {
            consumer.assign(partitions);
            var ends = new HashMap<TopicPartition, OffsetAndMetadata>();
            consumer.endOffsets(partitions)
                    .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end, "0")));
            consumer.commitSync(ends);
        }
    }

    /** From the end of what was there before. */
    private KafkaConsumer<byte[], byte[]> partials() {
        var partition = new TopicPartition(Topics.PROFILES, 0);
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", sandbox.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        return consumer;
    }

    /** What the lanes counted of this run's rows, until all of them are past now. */
    private static Map<String, String> collect(KafkaConsumer<byte[], byte[]> consumer, Instant began) {
        var partials = new TreeMap<String, String>();
        follow(consumer, Instant.now(), message -> {
            if (message instanceof WindowMessage.Partial partial
                    && partial.start().plus(PROPERTIES.window()).isAfter(began)) {
                partials.put(
                        partial.start() + "/" + partial.lane(), HexFormat.of().formatHex(partial.counts()));
            }
        });
        return partials;
    }

    /** Until all lanes are past {@code end}. */
    private static void follow(KafkaConsumer<byte[], byte[]> consumer, Instant end, Consumer<WindowMessage> to) {
        var until = new TreeMap<Integer, Instant>();
        await().atMost(PATIENCE).until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(found -> {
                var message = WindowMessage.of(found.key(), found.value());
                to.accept(message);
                if (message instanceof WindowMessage.Mark mark) {
                    until.put(mark.lane(), mark.until());
                }
            });
            return until.size() == LANES && until.values().stream().allMatch(end::isBefore);
        });
    }

    private long rows(Collection<String> partials) throws Exception {
        long rows = 0;
        for (String partial : partials) {
            rows += WindowCounts.ofBytes(HexFormat.of().parseHex(partial), profile)
                    .rows();
        }
        return rows;
    }

    private static float[] embedding(int number) {
        return new float[] {number % 89 / 89f, number % 83 / 83f, number % 79 / 79f, 1};
    }

    private void send(int from, int to) {
        for (int i = from; i < to; i++) {
            var id = UUID.nameUUIDFromBytes((run + i).getBytes(UTF_8));
            var upload = new Upload(id, i % LANES, accepted.computeIfAbsent(i, _ -> Instant.now()));
            producer.send(Records.extracted(
                    upload, new Origin(run, 0, i), Map.of("links", i % 97 / 97.0), 100, 20, embedding(i)));
        }
        producer.flush();
    }
}
