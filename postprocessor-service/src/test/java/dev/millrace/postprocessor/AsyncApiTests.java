package dev.millrace.postprocessor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.contract.v1.OutcomeExpired;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.stage.UploadHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What {@code docs/asyncapi.yaml} promises consumers is what they get; headers are checked by {@link PostprocessorIT}. */
class AsyncApiTests {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final UploadHeaders HEADERS =
            new UploadHeaders(UUID.randomUUID(), 1, "spam", NOW, NOW.plusSeconds(60), List.of(), null, null);

    private static final JsonNode DOCUMENT = YAMLMapper.builder().build().readTree(Path.of("../docs/asyncapi.yaml"));
    private final RecordHeaders published = new RecordHeaders();

    @TempDir
    private Path repository;

    private Results results;

    @BeforeEach
    void loadPipelines() throws IOException {
        Files.writeString(
                Files.createDirectories(repository.resolve("pipelines")).resolve("spam.yaml"), ResultsTests.PIPELINE);
        results = new Results(PipelineCatalog.load(repository), JSON, () -> NOW);
    }

    @Test
    void describesASuccess() {
        var model = ModelReference.newBuilder()
                .setName("spam")
                .setVersion("2")
                .setDigest("ab")
                .setPrecision("fp32");
        byte[] prediction = PredictionMade.newBuilder()
                .setPipeline("spam")
                .addAllLabels(List.of("ham", "spam"))
                .addProbabilities(0.2)
                .addProbabilities(0.8)
                .setModel(model)
                .setEncoder(model)
                .build()
                .toByteArray();

        assertDescribed(results.succeeded(HEADERS, prediction, NOW, published));
    }

    @Test
    void describesAFailure() {
        byte[] failed = OutcomeFailed.newBuilder()
                .setCode("MALFORMED_MAIL")
                .setDetail("no header")
                .setStage("feature")
                .build()
                .toByteArray();

        assertDescribed(results.ended(HEADERS, OutcomeKind.FAILED, failed, NOW, published));
    }

    @Test
    void describesAnExpiry() {
        byte[] expired = OutcomeExpired.newBuilder().setStage("feature").build().toByteArray();

        assertDescribed(results.ended(HEADERS, OutcomeKind.EXPIRED, expired, NOW, published));
    }

    @Test
    void namesTheTopicAndItsLanes() {
        var channel = DOCUMENT.at("/channels/results");

        assertThat(channel.at("/address").asString()).isEqualTo(Topics.RESULTS);
        assertThat(channel.at("/bindings/kafka/partitions").asInt())
                .isEqualTo(TopicCatalog.load().lanes());
    }

    @Test
    void refusesAResultOfAnotherForm() {
        byte[] body = results.ended(HEADERS, OutcomeKind.EXPIRED, new byte[0], NOW, published);
        var other = (ObjectNode) JSON.readTree(body);
        other.put("surprise", true);

        assertThat(schema("/components/schemas/UploadResult").validate(other)).isNotEmpty();
    }

    private void assertDescribed(byte[] body) {
        assertThat(schema("/components/schemas/UploadResult").validate(JSON.readTree(body)))
                .isEmpty();
    }

    /** What the document says against a record's headers. */
    static List<com.networknt.schema.Error> mistakesIn(Headers headers) {
        var object = JSON.createObjectNode();
        headers.forEach(header -> object.put(header.key(), new String(header.value(), UTF_8)));
        return schema("/components/messages/result/headers").validate(object);
    }

    /** A schema of the document, with the document's components beside it for its references. */
    private static Schema schema(String pointer) {
        var schema = (ObjectNode) DOCUMENT.at(pointer).deepCopy();
        schema.set("components", DOCUMENT.at("/components"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
    }
}
