package dev.millrace.postprocessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Hop;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.UploadResult;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.contract.v1.OutcomeExpired;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.stage.PermanentFailureException;
import dev.millrace.stage.UploadHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ResultsTests {
    static final String PIPELINE = """
            name: spam
            description: Tells unwanted mail from wanted mail.
            content-types: [message/rfc822]
            max-content-bytes: 1048576
            deadline: 10m
            parser: mail
            encoder: { name: all-MiniLM-L6-v2, version: "1", max-tokens: 256 }
            features: mail-v1
            model: { name: spam, version: "2" }
            positive-label: spam
            threshold: 0.5
            """;
    private static final Instant ACCEPTED = Instant.parse("2026-11-22T10:00:00Z");
    private static final Instant RECEIVED = ACCEPTED.plusMillis(40);
    private static final Instant NOW = ACCEPTED.plusMillis(50);
    private static final UUID ID = UUID.fromString("0190a6d2-7d4e-7c3a-9b1f-2f6a5b7c8d9e");
    private static final UploadHeaders HEADERS = new UploadHeaders(
            ID,
            1,
            "spam",
            ACCEPTED,
            ACCEPTED.plusSeconds(600),
            List.of(new Hop("collector", ACCEPTED, ACCEPTED.plusMillis(3))),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            null);

    private final JsonMapper json = JsonMapper.builder().build();
    private final RecordHeaders published = new RecordHeaders();

    @TempDir
    private Path repository;

    private Results results;

    @BeforeEach
    void loadPipelines() throws IOException {
        Files.writeString(
                Files.createDirectories(repository.resolve("pipelines")).resolve("spam.yaml"), PIPELINE);
        results = new Results(PipelineCatalog.load(repository), json, () -> NOW);
    }

    @ParameterizedTest
    @CsvSource({"0.5, spam", "0.499, ham", "1, spam", "0, ham"})
    void choosesThePositiveLabelFromTheThresholdOn(double score, String label) {
        byte[] body = prediction(1 - score, score).toByteArray();

        var result = read(results.succeeded(HEADERS, body, RECEIVED, published));

        assertThat(result.label()).isEqualTo(label);
        assertThat(result.score()).isEqualTo(score);
        assertThat(result.threshold()).isEqualTo(0.5);
    }

    @Test
    void publishesWhatWasKnownAsItWasAnswered() {
        // By this repository's threshold of 0.5 it would be spam.
        var known = OutcomeKnown.newBuilder()
                .setPrediction(prediction(0.375, 0.625))
                .setLabel("ham")
                .setScore(0.625)
                .setThreshold(0.75)
                .build();

        var result = read(results.ended(HEADERS, OutcomeKind.KNOWN, known.toByteArray(), RECEIVED, published));

        assertThat(result.status()).isEqualTo(UploadResult.Status.SUCCEEDED);
        assertThat(result.label()).isEqualTo("ham");
        assertThat(result.score()).isEqualTo(0.625);
        assertThat(result.threshold()).isEqualTo(0.75);
        assertThat(result.model()).isEqualTo(new UploadResult.Model("spam", "2", "abc", "fp32"));
    }

    @Test
    void refusesAKnownOutcomeThatCannotBeRead() {
        assertThatExceptionOfType(PermanentFailureException.class)
                .isThrownBy(() ->
                        results.ended(HEADERS, OutcomeKind.KNOWN, new byte[] {(byte) 0xff, 1}, RECEIVED, published))
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNDECODABLE_RECORD));
    }

    @Test
    void namesTheModelsTheTraceAndTheTimeInEachService() {
        byte[] body = prediction(0.1, 0.9).toByteArray();

        var result = read(results.succeeded(HEADERS, body, RECEIVED, published));

        assertThat(result.model()).isEqualTo(new UploadResult.Model("spam", "2", "abc", "fp32"));
        assertThat(result.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(result.hops())
                .containsExactly(
                        new Hop("collector", ACCEPTED, ACCEPTED.plusMillis(3)),
                        new Hop("postprocessor", RECEIVED, NOW));
        assertThat(result.acceptedAt()).isEqualTo(ACCEPTED);
        assertThat(result.publishedAt()).isEqualTo(NOW);
    }

    @Test
    void isACloudEvent() {
        results.succeeded(HEADERS, prediction(0.1, 0.9).toByteArray(), RECEIVED, published);

        assertThat(header("ce_specversion")).isEqualTo("1.0");
        assertThat(header("ce_id")).isEqualTo(ID + "/1");
        assertThat(header("ce_type")).isEqualTo("dev.millrace.result.published.v1");
        assertThat(header("ce_source")).isEqualTo("/millrace/spam");
        assertThat(header("ce_time")).isEqualTo("2026-11-22T10:00:00.050Z");
        assertThat(header("content-type")).isEqualTo("application/json");
    }

    @Test
    void saysWhyAnUploadFailed() {
        byte[] failed = OutcomeFailed.newBuilder()
                .setCode(ErrorCode.MALFORMED_MAIL.name())
                .setDetail("no header")
                .setStage("feature")
                .setDeadLetter("uploads.received.v1.feature-service.dlq/3/17")
                .build()
                .toByteArray();

        var result = read(results.ended(HEADERS, OutcomeKind.FAILED, failed, RECEIVED, published));

        assertThat(result.status()).isEqualTo(UploadResult.Status.FAILED);
        assertThat(result.error())
                .isEqualTo(new UploadResult.Error(
                        "MALFORMED_MAIL",
                        "The body is not an e-mail message",
                        "no header",
                        "feature",
                        "uploads.received.v1.feature-service.dlq/3/17"));
        assertThat(result.label()).isNull();
    }

    @Test
    void saysWhichStageFoundTheDeadlinePassed() {
        byte[] expired =
                OutcomeExpired.newBuilder().setStage("inference").build().toByteArray();

        var result = read(results.ended(HEADERS, OutcomeKind.EXPIRED, expired, RECEIVED, published));

        assertThat(result.status()).isEqualTo(UploadResult.Status.EXPIRED);
        assertThat(result.error())
                .isNotNull()
                .extracting(UploadResult.Error::stage)
                .isEqualTo("inference");
    }

    @Test
    void makesAFailureEvenOfAFailureThatDoesNotDecode() {
        byte[] garbage = {(byte) 0xff, (byte) 0xff, 1, 2, 3};

        var result = read(results.ended(HEADERS, OutcomeKind.FAILED, garbage, RECEIVED, published));

        assertThat(result.error())
                .isNotNull()
                .extracting(UploadResult.Error::code)
                .isEqualTo("UNDECODABLE_RECORD");
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "1.5", "-0.1"})
    void refusesAScoreThatIsNoProbability(double score) {
        byte[] body = prediction(0.5, score).toByteArray();

        assertThatExceptionOfType(PermanentFailureException.class)
                .isThrownBy(() -> results.succeeded(HEADERS, body, RECEIVED, published))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_MODEL_OUTPUT))
                .withMessageContaining("expected: 0 to 1");
    }

    @Test
    void refusesLabelsThatLackThePositiveOne() {
        byte[] body =
                prediction(0.5, 0.5).toBuilder().setLabels(1, "eggs").build().toByteArray();

        assertThatExceptionOfType(PermanentFailureException.class)
                .isThrownBy(() -> results.succeeded(HEADERS, body, RECEIVED, published))
                .withMessageContaining("'spam' among them");
    }

    @Test
    void refusesBytesThatAreNoPrediction() {
        assertThatExceptionOfType(PermanentFailureException.class)
                .isThrownBy(() -> results.succeeded(HEADERS, new byte[] {(byte) 0xff, 7}, RECEIVED, published))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNDECODABLE_RECORD));
    }

    @ParameterizedTest
    @CsvSource({"00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "garbage", "''"})
    void leavesOutATraceThatIsNone(String traceparent) {
        assertThat(Results.traceId(traceparent)).isNull();
    }

    private static PredictionMade prediction(double ham, double spam) {
        return PredictionMade.newBuilder()
                .setPipeline("spam")
                .addAllLabels(List.of("ham", "spam"))
                .addProbabilities(ham)
                .addProbabilities(spam)
                .setModel(ModelReference.newBuilder()
                        .setName("spam")
                        .setVersion("2")
                        .setDigest("abc")
                        .setPrecision("fp32"))
                .setEncoder(
                        ModelReference.newBuilder().setName("all-MiniLM-L6-v2").setVersion("1"))
                .build();
    }

    private UploadResult read(byte[] body) {
        return json.readValue(body, UploadResult.class);
    }

    private String header(String name) {
        return Objects.requireNonNull(dev.millrace.contract.Headers.text(published, name), name);
    }
}
