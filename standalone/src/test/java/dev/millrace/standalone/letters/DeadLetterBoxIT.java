package dev.millrace.standalone.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import dev.millrace.standalone.letters.DeadLetterBox.Finding;
import dev.millrace.standalone.topic.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(SandboxExtension.class)
class DeadLetterBoxIT {
    private static final String OF_FEATURE = Topics.deadLetters(Topics.UPLOADS, "feature-service");
    private static final String OF_INFERENCE = Topics.deadLetters(Topics.FEATURES, "inference-service");
    private static final int LANE = 6;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String servers;
    private final DeadLetterBox box;
    private final KafkaProducer<byte[], byte[]> producer;
    private final UUID upload = UUID.randomUUID();

    DeadLetterBoxIT(Sandbox sandbox) {
        servers = sandbox.bootstrapServers();
        box = new DeadLetterBox(servers);
        producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", servers),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        box.close();
        producer.close();
    }

    private ProducerRecord<byte[], byte[]> record(String topic, String body) {
        var record = new ProducerRecord<byte[], byte[]>(topic, LANE, "key".getBytes(UTF_8), body.getBytes(UTF_8));
        Headers.set(record.headers(), Headers.UPLOAD_ID, upload.toString());
        Headers.set(record.headers(), Headers.ATTEMPT, "1");
        Headers.set(record.headers(), Headers.PIPELINE, "spam");
        Headers.set(record.headers(), Headers.ACCEPTED_AT, "1000000");
        Headers.set(record.headers(), Headers.DEADLINE, "1300000");
        return record;
    }

    private RecordMetadata write(ProducerRecord<byte[], byte[]> record) throws Exception {
        return producer.send(record).get();
    }

    private ProducerRecord<byte[], byte[]> letter(String topic, String id, String stage, String code) {
        var letter = record(topic, "the upload");
        Headers.set(letter.headers(), Headers.DEAD_LETTER_ID, id);
        Headers.set(letter.headers(), Headers.DEAD_LETTER_STAGE, stage);
        Headers.set(letter.headers(), Headers.DEAD_LETTER_CODE, code);
        Headers.set(letter.headers(), Headers.DEAD_LETTER_DETAIL, "no good");
        Headers.set(letter.headers(), Headers.DEAD_LETTER_MODEL, "abc123");
        return letter;
    }

    private void publish(int attempt, @Nullable String namedLetter) throws Exception {
        var error = namedLetter == null
                ? null
                : new UploadResult.Error("UNDECODABLE_RECORD", "title", "detail", "feature", namedLetter);
        var result = new UploadResult(
                upload,
                attempt,
                "spam",
                error == null ? UploadResult.Status.SUCCEEDED : UploadResult.Status.FAILED,
                null,
                null,
                null,
                null,
                null,
                error,
                Instant.now(),
                Instant.now(),
                List.of(),
                null);
        write(new ProducerRecord<>(Topics.RESULTS, LANE, null, JSON.writeValueAsBytes(result)));
    }

    private List<Finding> find() {
        return box.find(new DeadLetterFilter(
                null, null, null, upload, Instant.EPOCH, Instant.now().plusSeconds(10)));
    }

    private List<org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]>> uploads() {
        var found = new ArrayList<org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]>>();
        try (var reader = new TopicReader(servers)) {
            reader.read(Topics.UPLOADS, Instant.EPOCH, record -> {
                if (upload.toString().equals(Headers.text(record.headers(), Headers.UPLOAD_ID))) {
                    found.add(record);
                }
            });
        }
        return found;
    }

    @Test
    void sendsTheUploadOfANamedLetterAgainAsTheNextAttempt() throws Exception {
        write(letter(OF_FEATURE, "letter/1", "feature", "UNDECODABLE_RECORD"));
        publish(1, "letter/1");

        var finding = find().getFirst();
        assertThat(finding.obstacle()).isNull();
        assertThat(finding.letter().code()).isEqualTo("UNDECODABLE_RECORD");
        box.replay(finding.letter());

        var again = uploads().getFirst();
        assertThat(again.partition()).isEqualTo(LANE);
        assertThat(again.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(again.value()).isEqualTo("the upload".getBytes(UTF_8));
        assertThat(Headers.text(again.headers(), Headers.ATTEMPT)).isEqualTo("2");
        assertThat(again.headers()).noneMatch(header -> header.key().startsWith("millrace-dlq"));
        var deadline =
                Instant.ofEpochMilli(Long.parseLong(String.valueOf(Headers.text(again.headers(), Headers.DEADLINE))));
        assertThat(Duration.between(Instant.now(), deadline))
                .isBetween(Duration.ofSeconds(280), Duration.ofSeconds(300));
    }

    @Test
    void sendsTheUploadAgainThatALaterStageGaveUp() throws Exception {
        var place = write(record(Topics.UPLOADS, "what the app posted"));
        var letter = letter(OF_INFERENCE, "letter/2", "inference", "MODEL_FAILED");
        Headers.set(letter.headers(), Headers.ORIGIN, "topic-id:0:" + place.offset());
        Headers.set(letter.headers(), Headers.PREDECESSOR, "none");
        write(letter);
        publish(1, "letter/2");

        box.replay(find().getFirst().letter());

        var again = uploads().getLast();
        assertThat(again.value()).isEqualTo("what the app posted".getBytes(UTF_8));
        assertThat(again.headers().lastHeader(Headers.ORIGIN)).isNull();
        assertThat(uploads()).hasSize(2);
    }

    @Test
    void sendsAKnownOutcomeAgainAsOne() throws Exception {
        var known = record(Topics.UPLOADS, "what collector knew");
        Headers.set(known.headers(), Headers.OUTCOME, "known");
        var place = write(known);
        var letter = letter(OF_INFERENCE, "letter/6", "postprocessor", "INTERNAL_ERROR");
        Headers.set(letter.headers(), Headers.ORIGIN, "topic-id:0:" + place.offset());
        Headers.set(letter.headers(), Headers.OUTCOME, "known");
        write(letter);
        publish(1, "letter/6");

        box.replay(find().getFirst().letter());

        var again = uploads().getLast();
        assertThat(again.value()).isEqualTo("what collector knew".getBytes(UTF_8));
        assertThat(Headers.text(again.headers(), Headers.ATTEMPT)).isEqualTo("2");
        assertThat(Headers.text(again.headers(), Headers.OUTCOME)).isEqualTo("known");
    }

    @Test
    void passesOverLettersThatNoResultNamesOrWhoseUploadWentOn() throws Exception {
        write(letter(OF_FEATURE, "letter/3", "feature", "CRASHED_PROCESS"));

        assertThat(find())
                .singleElement()
                .extracting(Finding::obstacle)
                .asString()
                .startsWith("no result names it");

        publish(1, "letter/3");
        publish(2, null);

        assertThat(find()).singleElement().extracting(Finding::obstacle).isEqualTo("attempt 2 has its result already");
    }

    @Test
    void findsByStageCodeModelAndTimeAndCountsCopiesOnce() throws Exception {
        write(letter(OF_FEATURE, "letter/4", "feature", "CRASHED_PROCESS"));
        write(letter(OF_FEATURE, "letter/4", "feature", "CRASHED_PROCESS"));
        var soon = Instant.now().plusSeconds(10);

        assertThat(box.find(new DeadLetterFilter("feature", "CRASHED_PROCESS", "abc", upload, Instant.EPOCH, soon)))
                .hasSize(1);
        assertThat(box.find(new DeadLetterFilter("inference", null, null, upload, Instant.EPOCH, soon)))
                .isEmpty();
        assertThat(box.find(new DeadLetterFilter(null, "MODEL_FAILED", null, upload, Instant.EPOCH, soon)))
                .isEmpty();
        assertThat(box.find(new DeadLetterFilter(null, null, "b", upload, Instant.EPOCH, soon)))
                .isEmpty();
        assertThat(box.find(new DeadLetterFilter(null, null, null, upload, soon, soon.plusSeconds(1))))
                .isEmpty();
        assertThat(box.find(new DeadLetterFilter(null, null, null, upload, Instant.EPOCH, Instant.ofEpochSecond(1))))
                .isEmpty();
    }

    @Test
    void saysSoIfTheUploadIsNoLongerKept() throws Exception {
        var letter = letter(OF_INFERENCE, "letter/5", "inference", "MODEL_FAILED");
        Headers.set(letter.headers(), Headers.ORIGIN, "topic-id:0:999999");
        write(letter);
        publish(1, "letter/5");
        var found = find().getFirst().letter();

        assertThatIllegalStateException().isThrownBy(() -> box.replay(found)).withMessageContaining("no longer kept");
    }
}
