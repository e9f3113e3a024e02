package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.cache.CacheKey;
import dev.millrace.cache.Caches;
import dev.millrace.cache.PredictionCodec;
import dev.millrace.contract.Headers;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.contract.v1.UploadReceived;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;

/** What is answered at once, since the same content came before. */
abstract class KnownCases {
    static PredictionMade prediction(String modelDigest) {
        return PredictionMade.newBuilder()
                .setPipeline("spam")
                .setModel(model("spam", "2", modelDigest))
                .setEncoder(model("all-MiniLM-L6-v2", "1", CollectorApp.ENCODER_DIGEST))
                .addAllLabels(List.of("ham", "spam"))
                .addAllProbabilities(List.of(0.03125, 0.96875))
                .build();
    }

    private static ModelReference model(String name, String version, String digest) {
        return ModelReference.newBuilder()
                .setName(name)
                .setVersion(version)
                .setDigest(digest)
                .setPrecision("fp32")
                .build();
    }

    /** Posts a text for the first time and keeps a prediction for it, as inference does. */
    static CacheKey see(String text, PredictionMade prediction) throws InvalidProtocolBufferException {
        var answer = fixture().api().postText(text);
        assertThat(answer.status()).isEqualTo(202);
        var record = fixture().records().of(answer.id()).getFirst();
        assertThat(Headers.text(record.headers(), Headers.OUTCOME)).isNull();
        var key = CacheKey.of(
                UploadReceived.parseFrom(record.value()).getContentKey().toByteArray());
        fixture()
                .app()
                .bean(Caches.class)
                .create(PredictionCodec.PREFIX, new PredictionCodec())
                .share(Map.of(key, prediction));
        var redis = fixture().app().bean(StringRedisTemplate.class);
        await().until(() -> Boolean.TRUE.equals(redis.hasKey(PredictionCodec.PREFIX + key)));
        return key;
    }

    @Test
    void answersAtOnceAndSendsTheOutcomeOn() throws InvalidProtocolBufferException {
        see("known text", prediction(CollectorApp.MODEL_DIGEST));

        var answer = fixture().api().postText("known text", "Millrace-Tenant", "default");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Location")).isEqualTo("/v1/uploads/" + answer.id());
        assertThat(answer.text("status")).isEqualTo("SUCCEEDED");
        assertThat(answer.text("label")).isEqualTo("spam");
        assertThat(answer.response().body()).contains("\"cached\":true", "\"score\":0.96875", "\"threshold\":0.5");
        var records = fixture().records().of(answer.id());
        assertThat(records).hasSize(1);
        assertThat(Headers.text(records.getFirst().headers(), Headers.OUTCOME)).isEqualTo("known");
        var known = OutcomeKnown.parseFrom(records.getFirst().value());
        assertThat(known.getPrediction()).isEqualTo(prediction(CollectorApp.MODEL_DIGEST));
        assertThat(known.getLabel()).isEqualTo("spam");
        assertThat(known.getScore()).isEqualTo(0.96875);
        assertThat(known.getThreshold()).isEqualTo(0.5);
        assertThat(known.getContentKey().size()).isEqualTo(32);
    }

    @Test
    void answersOncePerUploadAndARepeatAsEverARepeat() throws InvalidProtocolBufferException {
        see("known repeat", prediction(CollectorApp.MODEL_DIGEST));
        String key = "known-" + System.nanoTime();

        var first = fixture().api().postText("known repeat", "Idempotency-Key", key);
        var second = fixture().api().postText("known repeat", "Idempotency-Key", key);

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(202);
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(fixture().records().of(first.id())).hasSize(1);
    }

    @Test
    void doesNotWaitForWhatItKnows() throws InvalidProtocolBufferException {
        see("known wait", prediction(CollectorApp.MODEL_DIGEST));

        var answer = fixture().api().postText("known wait", "Prefer", "wait=60");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).contains("\"cached\":true");
    }

    @Test
    void takesNothingFromAnotherTenantTypeOrText() throws InvalidProtocolBufferException {
        see("known here", prediction(CollectorApp.MODEL_DIGEST));

        assertThat(fixture()
                        .api()
                        .postText("known here", "Millrace-Tenant", "other")
                        .status())
                .isEqualTo(202);
        assertThat(fixture().api().postText("known here ").status()).isEqualTo(202);
        assertThat(fixture()
                        .api()
                        .postText("known here", "Content-Type", "text/plain; charset=iso-8859-1")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void takesNothingFromAModelThatItDoesNotServe() throws InvalidProtocolBufferException {
        see("known elsewhere", prediction("a".repeat(64)));

        assertThat(fixture().api().postText("known elsewhere").status()).isEqualTo(202);
    }

    @Test
    void takesNothingThatDoesNotFitThePipeline() throws InvalidProtocolBufferException {
        see(
                "known misfit",
                prediction(CollectorApp.MODEL_DIGEST).toBuilder()
                        .clearLabels()
                        .addAllLabels(List.of("cat", "dog"))
                        .build());

        assertThat(fixture().api().postText("known misfit").status()).isEqualTo(202);
    }
}
