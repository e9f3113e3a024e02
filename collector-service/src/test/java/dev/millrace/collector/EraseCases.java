package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.cache.CacheKey;
import dev.millrace.cache.PredictionCodec;
import dev.millrace.collector.store.FreshResults;
import dev.millrace.contract.StoreKeys;
import dev.millrace.sandbox.Server;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is left of an upload that somebody wants forgotten. */
abstract class EraseCases {
    private static final CacheKey EMBEDDING =
            CacheKey.builder().with("tokens", "of an erased text").build();

    private static UUID finished(String text) {
        var id = fixture().api().postText(text).id();
        fixture().results().store(id, PublishedResults.json(id, 0.25));
        return id;
    }

    @Test
    void forgetsAllThatWasMadeOfTheContentInEachReplica() throws InvalidProtocolBufferException {
        var redis = fixture().results().redis();
        try (var app = fixture().another(Map.of())) {
            var replica = new Api(fixture().openApi(), app);
            var prediction = KnownCases.prediction(CollectorApp.MODEL_DIGEST).toBuilder()
                    .setEmbeddingKey(ByteString.copyFrom(EMBEDDING.bytes()))
                    .build();
            var key = KnownCases.see("to be erased", prediction);
            redis.set(StoreKeys.EMBEDDINGS + EMBEDDING, "an embedding");
            // From now on both replicas have it in memory.
            assertThat(replica.postText("to be erased").status()).isEqualTo(200);
            var id = fixture().api().postText("to be erased").id();
            var json = PublishedResults.json(id, 0.25);
            fixture().results().publish(id, json);
            fixture().results().store(id, json);
            await().untilAsserted(() ->
                    assertThat(app.bean(FreshResults.class).find(id)).contains(json));

            assertThat(fixture().api().erase(id).status()).isEqualTo(204);

            // Who said so has forgotten already; the other replica is told.
            assertThat(fixture().api().postText("to be erased").status()).isEqualTo(202);
            assertThat(redis.exists(
                            StoreKeys.result(id), PredictionCodec.PREFIX + key, StoreKeys.EMBEDDINGS + EMBEDDING))
                    .isZero();
            await().atMost(Duration.ofSeconds(1))
                    .untilAsserted(() ->
                            assertThat(app.bean(FreshResults.class).find(id)).isEmpty());
            replica.getUpload(id).isProblem(410, "UPLOAD_ERASED");
            fixture().api().getUpload(id).isProblem(410, "UPLOAD_ERASED");
            await().atMost(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(
                            replica.postText("to be erased").status())
                    .isEqualTo(202));
        }
    }

    @Test
    void goesOnWithWhatWasCutOff() throws InvalidProtocolBufferException {
        var key = KnownCases.see("cut off", KnownCases.prediction(CollectorApp.MODEL_DIGEST));
        var answer = fixture().api().postText("cut off");
        assertThat(answer.status()).isEqualTo(200);
        fixture().results().store(answer.id(), PublishedResults.json(answer.id(), 0.25));
        fixture()
                .results()
                .redis()
                .set(
                        RepeatCases.storeKey(answer.id()),
                        RepeatCases.stored(answer.id()).replaceFirst("}$", ",\"erased\":true}"));

        assertThat(fixture().api().erase(answer.id()).status()).isEqualTo(204);

        assertThat(fixture().results().redis().exists(StoreKeys.result(answer.id()), PredictionCodec.PREFIX + key))
                .isZero();
    }

    @Test
    void staysErasedWhateverComesLater() {
        var key = "late-" + UUID.randomUUID();
        var id = fixture().api().postText("late", "Idempotency-Key", key).id();
        var json = PublishedResults.json(id, 0.25);
        fixture().results().store(id, json);
        assertThat(fixture().api().erase(id).status()).isEqualTo(204);

        fixture().results().publish(id, json);
        fixture().results().store(id, json);
        await().until(() -> fixture().app().bean(FreshResults.class).find(id).isPresent());

        fixture().api().getUpload(id).isProblem(410, "UPLOAD_ERASED");
        fixture().api().postText("late", "Idempotency-Key", key).isProblem(410, "UPLOAD_ERASED");
    }

    @Test
    void refusesToAnswerInAnotherMediaType() {
        fixture()
                .api()
                .send(fixture()
                        .api()
                        .request("/v1/uploads/" + UUID.randomUUID(), "Accept", "text/html")
                        .DELETE())
                .isProblem(406, "NOT_ACCEPTABLE");
    }

    @Test
    void erasesTheContentOfALargeUpload() {
        var id = finished("large");
        fixture().results().redis().set(StoreKeys.payload(id), "its content");

        assertThat(fixture().api().erase(id).status()).isEqualTo(204);

        assertThat(fixture().results().redis().exists(StoreKeys.payload(id))).isZero();
    }

    @Test
    void mayBeToldTwice() {
        var id = finished("twice");

        assertThat(fixture().api().erase(id).status()).isEqualTo(204);
        assertThat(fixture().api().erase(id).status()).isEqualTo(204);
    }

    @Test
    void doesNotTakeTheSameUploadAgain() {
        var key = "erased-" + UUID.randomUUID();
        var id = fixture().api().postText("again", "Idempotency-Key", key).id();
        fixture().results().store(id, PublishedResults.json(id, 0.25));
        fixture().api().erase(id);

        fixture().api().postText("again", "Idempotency-Key", key).isProblem(410, "UPLOAD_ERASED");
    }

    @Test
    void erasesNothingThatIsOnItsWayUnknownOrGone() {
        var running = fixture().api().postText("running").id();

        var answer = fixture().api().erase(running).isProblem(409, "UPLOAD_UNFINISHED");

        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(fixture().api().getUpload(running).text("status")).isEqualTo("PENDING");
        fixture().api().erase(UUID.randomUUID()).isProblem(404, "UNKNOWN_UPLOAD");
        fixture().api().send(fixture().api().request("/v1/uploads/x").DELETE()).isProblem(400, "MALFORMED_REQUEST");
        RepeatCases.age(running, Duration.ofHours(25));
        fixture().api().erase(running).isProblem(410, "UPLOAD_GONE");
    }

    @Test
    void forgetsWhatItCouldNotHearOfWhileRedisWasAway() throws InvalidProtocolBufferException {
        KnownCases.see("erased unheard", KnownCases.prediction(CollectorApp.MODEL_DIGEST));
        assertThat(fixture().api().postText("erased unheard").status()).isEqualTo(200);
        var id = finished("erased unheard");

        // Redis loses all it has, among it the prediction; nobody says that it was erased.
        Server redis = fixture().sandbox().redis();
        redis.kill();
        fixture().api().erase(id).isProblem(503, "STORE_UNAVAILABLE");
        redis.restart();

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        fixture().api().postText("erased unheard").status())
                .isEqualTo(202));
        // Each guard learns for itself that Redis is back, and the other cases need them all.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var next = fixture().api().postText("after").id();
            assertThat(RepeatCases.stored(next)).contains("ACCEPTED");
            fixture().api().erase(next).isProblem(409, "UPLOAD_UNFINISHED");
        });
    }
}
