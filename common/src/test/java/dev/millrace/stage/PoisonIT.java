package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One upload in a hundred is poison, on all lanes of one consumer. {@code -Dmillrace.poison.records=N} sets how many
 * uploads a run has, {@code -Dmillrace.poison.rounds=N} how many runs of each kind, clean and poisoned by turns: their
 * rates are printed. A call that hangs is in {@link HungCallIT}, a text of 20 MB is refused at the door: a record that
 * large fits no topic.
 */
@ExtendWith(SandboxExtension.class)
class PoisonIT {
    private static final int RECORDS = Integer.getInteger("millrace.poison.records", 10_000);
    private static final int ROUNDS = Integer.getInteger("millrace.poison.rounds", 1);
    private static final int WARM_UP = 1000;
    private static final int EVERY = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(60 + RECORDS / 500);
    private static final List<String> LETTERS = TopicCatalog.load().topics().stream()
            .map(TopicCatalog.Topic::name)
            .filter(name -> name.endsWith(".dlq"))
            .toList();

    private final String bootstrapServers;

    PoisonIT(Sandbox sandbox) {
        bootstrapServers = sandbox.bootstrapServers();
    }

    private enum Poison {
        UNDECODABLE(ErrorCode.UNDECODABLE_RECORD),
        WRONG_SCHEMA(ErrorCode.UNDECODABLE_RECORD),
        LARGE_TEXT(ErrorCode.RESULT_TOO_LARGE),
        NO_CONTENT(ErrorCode.UNDECODABLE_RECORD),
        EXCEPTION(ErrorCode.INTERNAL_ERROR),
        NAN(ErrorCode.INVALID_MODEL_OUTPUT),
        HEADER_BOMB(ErrorCode.UNDECODABLE_RECORD);

        final ErrorCode code;

        Poison(ErrorCode code) {
            this.code = code;
        }

        ProducerRecord<byte[], byte[]> upload(int i) {
            return switch (this) {
                case UNDECODABLE -> LaneLedger.upload(i, StageRig.UNDECODABLE + i);
                case WRONG_SCHEMA -> {
                    var upload = LaneLedger.upload(i, "text " + i);
                    Headers.set(upload.headers(), Headers.SCHEMA, "99");
                    yield upload;
                }
                case LARGE_TEXT -> LaneLedger.upload(i, "text ".repeat(200_000));
                case NO_CONTENT -> LaneLedger.upload(i, null);
                case EXCEPTION -> LaneLedger.upload(i, StageRig.POISON + i);
                case NAN -> LaneLedger.upload(i, StageRig.NAN + i);
                case HEADER_BOMB -> {
                    var upload = LaneLedger.upload(i, "text " + i);
                    Headers.set(upload.headers(), Headers.PIPELINE, "x".repeat(100_000));
                    IntStream.range(0, 2000)
                            .forEach(header -> upload.headers().add("x-" + header, new byte[] {(byte) header}));
                    yield upload;
                }
            };
        }
    }

    /** Uploads of one run, and how long they took from the first post to the last result. */
    private record Run(List<ProducerRecord<byte[], byte[]>> poisoned, Duration took) {
        double perSecond() {
            return RECORDS * 1e9 / took.toNanos();
        }
    }

    private Run run(int records, boolean isPoisoned) throws Exception {
        var poisoned = new ArrayList<ProducerRecord<byte[], byte[]>>();
        try (var ledger = new LaneLedger(bootstrapServers)) {
            long begin = System.nanoTime();
            for (int i = 0; i < records; i++) {
                // Not a multiple of the lanes, so that each has all kinds.
                if (isPoisoned && i % EVERY == i / EVERY % EVERY) {
                    var poison = Poison.values()[i / EVERY % Poison.values().length];
                    poisoned.add(poison.upload(i));
                    ledger.post(poisoned.getLast(), "FAILED %s uploads".formatted(poison.code));
                } else {
                    ledger.post(LaneLedger.upload(i, "text " + i), "SUCCEEDED");
                }
            }
            long end = ledger.collect(PATIENCE);
            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            return new Run(poisoned, Duration.ofNanos(end - begin));
        }
    }

    @Test
    void failsAloneWithADeadLetterThatIsTheOriginal() throws Exception {
        try (var letters = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrapServers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
                var rig = new StageRig(bootstrapServers, "poison").start()) {
            goToTheEnd(letters);
            run(WARM_UP, false);
            double clean = 0;
            double poisoned = 0;
            var expected = new ArrayList<ProducerRecord<byte[], byte[]>>();
            for (int round = 0; round < ROUNDS; round++) {
                clean += run(RECORDS, false).perSecond();
                var run = run(RECORDS, true);
                poisoned += run.perSecond();
                expected.addAll(run.poisoned());
            }

            assertAreTheLettersOf(expected, readToTheEnd(letters));
            assertThat(rig.isWell()).isTrue();
            System.out.printf(
                    "%,d uploads, one consumer: clean %,.0f/s, poisoned %,.0f/s, ratio %.2f%n",
                    RECORDS, clean / ROUNDS, poisoned / ROUNDS, poisoned / clean);
        }
    }

    private static void goToTheEnd(KafkaConsumer<byte[], byte[]> letters) {
        var lanes = LETTERS.stream()
                .flatMap(topic ->
                        letters.partitionsFor(topic).stream().map(lane -> new TopicPartition(topic, lane.partition())))
                .toList();
        letters.assign(lanes);
        letters.seekToEnd(lanes);
        lanes.forEach(letters::position);
    }

    private static List<ConsumerRecord<byte[], byte[]>> readToTheEnd(KafkaConsumer<byte[], byte[]> letters) {
        var read = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var ends = letters.endOffsets(letters.assignment());
        while (ends.entrySet().stream().anyMatch(end -> letters.position(end.getKey()) < end.getValue())) {
            letters.poll(Duration.ofMillis(100)).forEach(read::add);
        }
        return read;
    }

    private static void assertAreTheLettersOf(
            List<ProducerRecord<byte[], byte[]>> uploads, List<ConsumerRecord<byte[], byte[]>> letters) {
        assertThat(letters).hasSameSizeAs(uploads);
        var byKey = new HashMap<String, ConsumerRecord<byte[], byte[]>>();
        letters.forEach(letter -> byKey.put(new String(letter.key(), UTF_8), letter));
        for (int i = 0; i < uploads.size(); i++) {
            var upload = uploads.get(i);
            String id = new String(upload.key(), UTF_8);
            var letter = Objects.requireNonNull(byKey.get(id), id);
            assertThat(letter.topic()).isEqualTo(Topics.deadLetters(Topics.UPLOADS, "feature-service"));
            assertThat(letter.partition()).isEqualTo(upload.partition());
            assertThat(letter.value()).isEqualTo(upload.value());
            var headers = Arrays.asList(letter.headers().toArray());
            int originals = upload.headers().toArray().length;
            assertThat(headers.subList(0, originals))
                    .containsExactly(upload.headers().toArray());
            assertThat(headers.subList(originals, headers.size()))
                    .extracting(Header::key)
                    .containsExactly(
                            Headers.DEAD_LETTER_ID,
                            Headers.DEAD_LETTER_CODE,
                            Headers.DEAD_LETTER_DETAIL,
                            Headers.DEAD_LETTER_STAGE,
                            Headers.DEAD_LETTER_SOURCE);
            assertThat(Headers.text(letter.headers(), Headers.DEAD_LETTER_STAGE))
                    .isEqualTo("feature");
            assertThat(Headers.text(letter.headers(), Headers.DEAD_LETTER_DETAIL))
                    .isNotBlank();
            assertThat(Headers.text(letter.headers(), Headers.DEAD_LETTER_SOURCE))
                    .startsWith("%s/%d/".formatted(Topics.UPLOADS, upload.partition()));
            assertThat(Headers.text(letter.headers(), Headers.ATTEMPT)).isEqualTo("1");
            assertThat(UUID.fromString(id)).hasToString(Headers.text(letter.headers(), Headers.UPLOAD_ID));
        }
    }
}
