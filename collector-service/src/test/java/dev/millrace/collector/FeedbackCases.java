package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.FeedbackReceived;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.sandbox.Server;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of feedback. */
abstract class FeedbackCases {
    private static final Map<String, Object> IMPATIENT = Map.of(
            "spring.kafka.producer.properties.max.block.ms", 1000,
            "spring.kafka.producer.properties.request.timeout.ms", 1000,
            "spring.kafka.producer.properties.delivery.timeout.ms", 3000);

    @Test
    void handsOnWhatWasPredictedBesideWhatIsTrue() {
        var id = finished(0.75);
        var before = Instant.now().minusMillis(1);

        var answer = post(fixture().api(), id, "{\"label\":\"ham\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.id()).isEqualTo(id);
        assertThat(answer.text("label")).isEqualTo("ham");
        assertThat(answer.text("predicted")).isEqualTo("spam");
        var taken = records(id);
        assertThat(taken).hasSize(1);
        var feedback = taken.getFirst();
        assertThat(feedback)
                .usingRecursiveComparison()
                .ignoringFields("receivedAt")
                .isEqualTo(new FeedbackReceived(
                        id,
                        1,
                        "spam",
                        "ham",
                        "spam",
                        "spam",
                        0.75,
                        0.5,
                        new UploadResult.Model("spam", "2", "ab".repeat(32), "fp32"),
                        Instant.parse("2026-11-22T10:15:30.123Z"),
                        before));
        assertThat(feedback.receivedAt()).isBetween(before, Instant.now());
    }

    @Test
    void takesItAgainAndAnotherAfterIt() {
        var id = finished(0.25);

        for (String label : List.of("ham", "ham", "spam")) {
            assertThat(post(fixture().api(), id, "{\"label\":\"%s\"}".formatted(label))
                            .status())
                    .isEqualTo(200);
        }

        assertThat(records(id)).extracting(FeedbackReceived::label).containsExactly("ham", "ham", "spam");
    }

    @Test
    void knowsOfNoPredictionBeforeTheResult() {
        var id = fixture().api().postText("hello").id();

        var answer = post(fixture().api(), id, "{\"label\":\"ham\"}");

        answer.isProblem(409, "NOTHING_PREDICTED");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.text("uploadId")).isEqualTo(id.toString());
        assertThat(records(id)).isEmpty();
    }

    @Test
    void knowsOfNoPredictionOfAFailure() {
        var id = fixture().api().postText("hello").id();
        fixture().results().store(id, """
                {"id":"%s","attempt":1,"pipeline":"spam","status":"EXPIRED","acceptedAt":"2026-11-22T10:15:30Z",
                 "publishedAt":"2026-11-22T10:25:30Z","hops":[],"error":{"code":"DEADLINE_EXCEEDED","title":"t",
                 "detail":"d","stage":"feature"}}""".formatted(id));

        var answer = post(fixture().api(), id, "{\"label\":\"ham\"}");

        answer.isProblem(409, "NOTHING_PREDICTED");
        assertThat(answer.header("Retry-After")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ham, 0.75", "spam, 0.25", "phishing, 0.75"})
    void takesNoneOfAPredictionByOtherLabelsThanTodays(String predicted, double score) {
        var id = fixture().api().postText("hello").id();
        fixture().results().store(id, """
                {"id":"%s","attempt":1,"pipeline":"spam","status":"SUCCEEDED","label":"%s","score":%s,"threshold":0.5,
                 "model":{"name":"spam","version":"1","digest":"ab","precision":"fp32"},"acceptedAt":"2026-11-22T10:15:30Z",
                 "publishedAt":"2026-11-22T10:15:31Z","hops":[]}""".formatted(id, predicted, score));

        var answer = post(fixture().api(), id, "{\"label\":\"ham\"}");

        answer.isProblem(409, "NOTHING_PREDICTED");
        assertThat(answer.text("detail")).contains("spam/1", predicted);
        assertThat(records(id)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"label":"Spam"}                   | 422 | UNKNOWN_LABEL
            {"label":""}                       | 422 | UNKNOWN_LABEL
            {"label":"ham"} x                  | 400 | MALFORMED_JSON
            {"label":1}                        | 400 | MALFORMED_JSON
            {"label":null}                     | 400 | MALFORMED_JSON
            {"label":"ham","label":"spam"}     | 400 | MALFORMED_JSON
            {"label":"ham","weight":2}         | 400 | MALFORMED_JSON
            {"label":["ham"]}                  | 400 | MALFORMED_JSON
            {}                                 | 400 | MALFORMED_JSON
            ["ham"]                            | 400 | MALFORMED_JSON
            `                                ` | 400 | MALFORMED_JSON
            """)
    void refusesWhatIsNoLabel(String body, int status, String code) {
        var id = finished(0.75);

        post(fixture().api(), id, body).isProblem(status, code);

        assertThat(records(id)).isEmpty();
    }

    @Test
    void refusesWhatIsNoJsonAndWhatIsLong() {
        var id = finished(0.75);
        var path = "/v1/uploads/%s/feedback".formatted(id);
        var api = fixture().api();

        api.send(api.request(path, "Content-Type", "text/plain").POST(BodyPublishers.ofString("ham")))
                .isProblem(415, "UNSUPPORTED_CONTENT_TYPE");
        api.send(api.request(path).POST(BodyPublishers.ofString("{}"))).isProblem(415, "UNSUPPORTED_CONTENT_TYPE");
        api.send(api.request(path, "Content-Type", "application/json", "Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofString("{}")))
                .isProblem(415, "UNSUPPORTED_CONTENT_TYPE");
        post(api, id, "{\"label\":\"" + "a".repeat(4096) + "\"}").isProblem(413, "CONTENT_TOO_LARGE");
        api.send(api.request(path, "Content-Type", "application/json", "Accept", "text/html")
                        .POST(BodyPublishers.ofString("{\"label\":\"ham\"}")))
                .isProblem(406, "NOT_ACCEPTABLE");
    }

    @Test
    void refusesABodyThatDoesNotArrive() {
        var path = "/v1/uploads/%s/feedback".formatted(UUID.randomUUID());
        try (var connection = new RawHttp(fixture().app().port())) {
            connection.write(
                    "POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
                            .formatted(path));

            assertThat(connection.read()).contains("HTTP/1.1 408", "REQUEST_TOO_SLOW");
            fixture().openApi().sawByHand("POST", "/v1/uploads/{id}/feedback", 408);
        }
    }

    @Test
    void doesNotKnowUploadsThatWereNeverGivenNorThoseThatAreGone() {
        post(fixture().api(), UUID.randomUUID(), "{\"label\":\"ham\"}").isProblem(404, "UNKNOWN_UPLOAD");
        var old = fixture().api().postText("hello").id();
        RepeatCases.age(old, Duration.ofHours(25));
        post(fixture().api(), old, "{\"label\":\"ham\"}").isProblem(410, "UPLOAD_GONE");
        var api = fixture().api();
        api.send(api.request("/v1/uploads/1-1-1-1-1/feedback", "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"label\":\"ham\"}")))
                .isProblem(400, "MALFORMED_REQUEST");
    }

    @Test
    void saysWhenItCannotBeKept() {
        try (var app = fixture().another(IMPATIENT)) {
            var api = new Api(fixture().openApi(), app);
            var id = finished(0.75);
            assertThat(post(api, id, "{\"label\":\"ham\"}").status()).isEqualTo(200);

            during(fixture().sandbox().broker(), () -> {
                var answer = post(api, id, "{\"label\":\"spam\"}");
                answer.isProblem(503, "PIPELINE_UNAVAILABLE");
                assertThat(answer.text("uploadId")).isEqualTo(id.toString());
                assertThat(answer.header("Retry-After")).isNotEmpty();
            });

            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            post(api, id, "{\"label\":\"spam\"}").status())
                    .isEqualTo(200));
            assertThat(records(id).getLast().label()).isEqualTo("spam");
        }
    }

    private static UUID finished(double score) {
        var id = fixture().api().postText("hello").id();
        fixture().results().store(id, PublishedResults.json(id, score));
        return id;
    }

    private static Api.Answer post(Api api, UUID id, String json) {
        return api.send(api.request("/v1/uploads/%s/feedback".formatted(id), "Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    private static List<FeedbackReceived> records(UUID id) {
        var partition = new TopicPartition(Topics.FEEDBACK, 0);
        var found = new ArrayList<FeedbackReceived>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", fixture().sandbox().bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                for (var one : consumer.poll(Duration.ofMillis(200))) {
                    if (new String(one.key(), UTF_8).equals(id.toString())) {
                        found.add(JsonMapper.shared().readValue(one.value(), FeedbackReceived.class));
                    }
                }
            }
        }
        return found;
    }

    private static void during(Server server, Runnable outage) {
        server.kill();
        try {
            outage.run();
        } finally {
            server.restart();
        }
    }
}
