package dev.millrace.monitoring.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult.Status;
import dev.millrace.contract.v1.ElementType;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.Tensor;
import dev.millrace.monitoring.flow.RecentResult.Step;
import dev.millrace.monitoring.flow.Records.Upload;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTests {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant now = NOW;
    private final Flow flow = new Flow(registry, () -> now, 5);

    @Test
    void countsEachTopicByOutcome() {
        flow.accept(consumed(Records.received(upload())));
        flow.accept(consumed(Records.extracted(upload(), origin(0), Map.of(), 1, 1)));
        flow.accept(consumed(Records.failed(Topics.FEATURES, upload(), origin(1))));
        flow.accept(consumed(Records.expired(Topics.PREDICTIONS, upload(), origin(0))));
        flow.accept(consumed(Records.published(upload(), origin(0), Status.EXPIRED, null)));

        assertThat(records(Topics.UPLOADS, "value")).isEqualTo(1);
        assertThat(records(Topics.FEATURES, "value")).isEqualTo(1);
        assertThat(records(Topics.FEATURES, "failed")).isEqualTo(1);
        assertThat(records(Topics.PREDICTIONS, "expired")).isEqualTo(1);
        assertThat(records(Topics.RESULTS, "expired")).isEqualTo(1);
    }

    @Test
    void countsWhatCollectorKnewWhereverItPasses() {
        flow.accept(consumed(Records.known(Topics.UPLOADS, upload(), null)));
        flow.accept(consumed(Records.known(Topics.FEATURES, upload(), origin(0))));
        flow.accept(consumed(Records.known(Topics.PREDICTIONS, upload(), origin(0))));

        assertThat(records(Topics.UPLOADS, "known")).isEqualTo(1);
        assertThat(records(Topics.FEATURES, "known")).isEqualTo(1);
        assertThat(records(Topics.PREDICTIONS, "value")).isEqualTo(1);
    }

    @Test
    void takesARepeatUpOnce() {
        flow.accept(consumed(Records.published(upload(), origin(3), Status.SUCCEEDED, 0.9)));
        flow.accept(consumed(Records.published(upload(), origin(3), Status.SUCCEEDED, 0.9)));
        flow.accept(consumed(Records.published(upload(), origin(2), Status.SUCCEEDED, 0.9)));

        assertThat(records(Topics.RESULTS, "value")).isEqualTo(1);
        assertThat(records(Topics.RESULTS, "repeated")).isEqualTo(2);
    }

    @Test
    void getsOverAnOriginThatWasMadeUp() {
        flow.accept(consumed(Records.predicted(upload(), new Origin("topic", 9, Long.MAX_VALUE))));
        flow.accept(consumed(Records.predicted(upload(), origin(3))));
        now = NOW.plus(Duration.ofMinutes(6));
        flow.accept(consumed(Records.predicted(upload(), origin(4))));
        flow.accept(consumed(Records.predicted(upload(), origin(4))));

        assertThat(records(Topics.PREDICTIONS, "value")).isEqualTo(2);
        assertThat(records(Topics.PREDICTIONS, "repeated")).isEqualTo(2);
    }

    @Test
    void takesUpATopicThatWasMadeAgain() {
        flow.accept(consumed(Records.predicted(upload(), origin(3))));
        flow.accept(consumed(Records.predicted(upload(), new Origin("another", 0, 0))));

        assertThat(records(Topics.PREDICTIONS, "value")).isEqualTo(2);
    }

    @Test
    void timesTheSendersHopAndTheWaitBeforeIt() {
        flow.accept(consumed(Records.predicted(upload(), origin(0))));

        var inference = stage("inference");
        assertThat(inference.work().p50()).isEqualTo(10, Offset.offset(0.5));
        assertThat(inference.queued().p99()).isEqualTo(5, Offset.offset(0.5));
        assertThat(stage("feature").work().p50()).isNull();
    }

    @Test
    void timesThePostprocessorByTheResultItself() {
        flow.accept(consumed(Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9)));

        assertThat(stage("postprocessor").work().p50()).isEqualTo(10, Offset.offset(0.5));
        assertThat(stage("inference").work().p50()).isNull();
    }

    @Test
    void timesFromAcceptanceToTheResult() {
        flow.accept(consumed(Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9)));

        assertThat(flow.endToEnd().p50()).isEqualTo(60, Offset.offset(3.0));
    }

    @Test
    void takesNoBacklogForTheLastMinute() {
        var old = new Upload(UUID.randomUUID(), 2, NOW.minus(Duration.ofHours(3)));

        flow.accept(consumed(Records.published(old, origin(0), Status.SUCCEEDED, 0.9)));

        assertThat(flow.endToEnd().p50()).isNull();
        assertThat(registry.get("millrace.flow.end_to_end").timer().count()).isEqualTo(1);
    }

    @Test
    void saysNothingOfATimeThatItsTimerMayHaveForgotten() {
        flow.accept(consumed(Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9)));

        now = NOW.plus(Duration.ofSeconds(41));

        assertThat(flow.endToEnd().p50()).isNull();
    }

    @Test
    void tellsWhatShareOfTheTrafficAModelVersionHas() {
        flow.accept(consumed(Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9)));
        flow.accept(consumed(Records.published(upload(), origin(1), Status.SUCCEEDED, 0.9)));
        flow.accept(consumed(Records.published(upload(), origin(2), Status.FAILED, null)));

        assertThat(flow.models()).containsExactly(new ModelShare("spam/2", 2, 2 / 300.0, 1));

        now = NOW.plus(Duration.ofMinutes(6));

        assertThat(flow.models()).containsExactly(new ModelShare("spam/2", 2, 0, 0));
    }

    @Test
    void forgetsVersionsWithoutTrafficWhenNewOnesNeedTheirPlace() {
        for (int version = 1; version <= 40; version++) {
            acceptFromVersion(version);
        }

        assertThat(flow.models()).hasSize(33).extracting(ModelShare::model).contains("spam/32", "others");

        now = NOW.plus(Duration.ofMinutes(6));
        acceptFromVersion(41);

        assertThat(flow.models()).extracting(ModelShare::model).containsExactly("spam/41");
    }

    private void acceptFromVersion(int version) {
        var record = Records.published(upload(), origin(version), Status.SUCCEEDED, 0.9);
        flow.accept(consumed(with(record, "\"version\":\"2\"", "\"version\":\"" + version + "\"")));
    }

    @Test
    void tellsWhereTheTimeOfAResultWent() {
        flow.accept(consumed(Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9)));

        assertThat(flow.recentResults().getFirst().steps())
                .containsExactly(
                        new Step("collector", 0, 10),
                        new Step("feature", 5, 10),
                        new Step("inference", 5, 10),
                        new Step("postprocessor", 5, 10));
    }

    @Test
    void countsAnErrorOnceByCodeAndStage() {
        flow.accept(consumed(Records.failed(Topics.FEATURES, upload(), origin(0))));
        flow.accept(consumed(Records.failed(Topics.PREDICTIONS, upload(), origin(0))));
        flow.accept(consumed(Records.published(upload(), origin(0), Status.FAILED, null)));

        assertThat(registry.get("millrace.flow.errors")
                        .tags("code", "MALFORMED_MAIL", "stage", "feature")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(stage("feature").errors()).isEqualTo(Map.of("MALFORMED_MAIL", 1L));
        assertThat(stage("inference").errors()).isEmpty();
    }

    @Test
    void takesNoTagFromARecordThatItDoesNotKnow() {
        var strange = Records.published(upload(), origin(0), Status.FAILED, null);
        flow.accept(consumed(with(with(strange, "MALFORMED_MAIL", "MADE_UP"), "feature-service", "nobody")));

        assertThat(registry.get("millrace.flow.errors").counters().stream()
                        .map(Meter::getId)
                        .map(id -> id.getTag("code") + " " + id.getTag("stage")))
                .containsExactly("other other");
    }

    @Test
    void keepsTheLastResults() {
        for (int i = 0; i < 7; i++) {
            flow.accept(consumed(Records.published(upload(), origin(i), Status.SUCCEEDED, i / 10.0)));
        }

        assertThat(flow.recentResults()).extracting(RecentResult::score).containsExactly(0.6, 0.5, 0.4, 0.3, 0.2);
        assertThat(flow.recentResults().getFirst().millis()).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(strings = {Topics.UPLOADS, Topics.FEATURES, Topics.PREDICTIONS, Topics.RESULTS})
    void namesABodyThatIsNotItsTopics(String topic) {
        var made = new ProducerRecord<>(topic, 2, new byte[0], new byte[] {(byte) 0xff, 0x01});
        Headers.set(made.headers(), Headers.UPLOAD_ID, UUID.randomUUID().toString());
        Headers.set(made.headers(), Headers.ORIGIN, origin(0).toString());

        flow.accept(consumed(made));

        assertThat(records(topic, "undecodable")).isEqualTo(1);
        assertThat(flow.badRecords()).singleElement().satisfies(bad -> {
            assertThat(bad.place()).isEqualTo(topic + "/2/17");
            assertThat(bad.reason()).startsWith("body: not");
        });
    }

    @Test
    void namesARecordWithoutHeaders() {
        flow.accept(consumed(new ProducerRecord<>(Topics.UPLOADS, 0, new byte[0], new byte[0])));

        assertThat(flow.badRecords())
                .extracting(BadRecord::reason)
                .containsExactly("millrace-upload-id: none (expected: a value)");
    }

    @Test
    void namesARecordWithoutABody() {
        flow.accept(consumed(new ProducerRecord<>(Topics.RESULTS, 0, new byte[0], null)));

        assertThat(flow.badRecords()).extracting(BadRecord::reason).containsExactly("body: none (expected: an event)");
    }

    @Test
    void namesAResultThatLacksWhatItMustHave() {
        var made = Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9);

        flow.accept(consumed(new ProducerRecord<>(
                made.topic(), 0, made.key(), "{\"attempt\":1,\"hops\":[]}".getBytes(UTF_8), made.headers())));

        assertThat(flow.badRecords())
                .extracting(BadRecord::reason)
                .singleElement()
                .asString()
                .startsWith("body: incomplete");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"score\":0.9                            | \"score\":\"NaN\"   | score: NaN",
                "\"score\":0.9                            | \"score\":1e999     | score: Infinity",
                "\"threshold\":0.5                        | \"threshold\":-1    | threshold: -1.0",
                "\"name\":\"spam\"                        | \"name\":null       | body: incomplete",
                "\"publishedAt\":\"2026-11-22T11:59:59.060Z\" | \"publishedAt\":\"+1000000000-12-31T23:59:59Z\" | publishedAt: +1000000000",
                "\"receivedAt\":\"2026-11-22T11:59:59Z\"    | \"receivedAt\":\"-999999999-01-01T00:00:00Z\"  | hops.receivedAt: -999999999",
            })
    void namesAResultWithValuesThatCannotBe(String good, String bad, String reason) {
        var made = Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9);

        flow.accept(consumed(with(made, good, bad)));

        assertThat(flow.badRecords())
                .extracting(BadRecord::reason)
                .singleElement()
                .asString()
                .startsWith(reason);
        assertThat(flow.recentResults()).isEmpty();
    }

    @Test
    void namesAResultWithATextThatWouldFillEachPage() {
        var made = Records.published(upload(), origin(0), Status.SUCCEEDED, 0.9);

        flow.accept(consumed(with(made, "\"label\":\"spam\"", "\"label\":\"" + "x".repeat(257) + "\"")));
        flow.accept(consumed(with(made, "\"label\":\"spam\"", "\"label\":\"" + "x".repeat(256) + "\"")));

        assertThat(flow.badRecords())
                .extracting(BadRecord::reason)
                .containsExactly("label: 257 characters (expected: at most 256)");
        assertThat(flow.recentResults()).hasSize(1);
    }

    @Test
    void namesAFailureWithoutACode() {
        var made = Records.published(upload(), origin(0), Status.FAILED, null);

        flow.accept(consumed(with(made, "\"code\":\"MALFORMED_MAIL\"", "\"code\":null")));

        assertThat(flow.badRecords())
                .extracting(BadRecord::reason)
                .singleElement()
                .asString()
                .startsWith("body: incomplete");
    }

    @Test
    void namesHopsOfAnotherAge() {
        var made = Records.predicted(upload(), origin(0));
        Headers.set(made.headers(), Headers.HOPS, "inference=0-9223372036854775807");

        flow.accept(consumed(made));

        assertThat(records(Topics.PREDICTIONS, "undecodable")).isEqualTo(1);
    }

    @Test
    void namesFeaturesWithoutAValueForEachName() {
        var made = Records.extracted(upload(), origin(0), Map.of(), 1, 1);
        var body = FeaturesExtracted.newBuilder()
                .addFeatureNames("links")
                .addTensors(Tensor.newBuilder().setName("features").setElementType(ElementType.FLOAT32))
                .build()
                .toByteArray();

        flow.accept(consumed(new ProducerRecord<>(made.topic(), 0, made.key(), body, made.headers())));

        assertThat(flow.badRecords())
                .extracting(BadRecord::reason)
                .containsExactly("features: 0 bytes of FLOAT32 (expected: 4 of FLOAT32, one value a name)");
    }

    private static ProducerRecord<byte[], byte[]> with(ProducerRecord<byte[], byte[]> made, String old, String text) {
        var body = new String(made.value(), UTF_8);
        assertThat(body).contains(old);
        return new ProducerRecord<>(
                made.topic(),
                made.partition(),
                made.key(),
                body.replace(old, text).getBytes(UTF_8),
                made.headers());
    }

    private StageFlow stage(String name) {
        return flow.stages().stream()
                .filter(stage -> stage.stage().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private double records(String topic, String outcome) {
        return registry.get("millrace.flow.records")
                .tags("topic", topic, "outcome", outcome)
                .counter()
                .count();
    }

    private static Upload upload() {
        return new Upload(UUID.randomUUID(), 2, NOW.minusSeconds(1));
    }

    private static Origin origin(long offset) {
        return new Origin("topic", 0, offset);
    }

    private static ConsumerRecord<byte[], byte @Nullable []> consumed(ProducerRecord<byte[], byte[]> made) {
        return new ConsumerRecord<>(
                made.topic(),
                made.partition(),
                17,
                NOW.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                made.key(),
                made.value(),
                new RecordHeaders(made.headers()),
                Optional.empty());
    }
}
