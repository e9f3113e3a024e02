package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What is answered for an upload's id. */
abstract class LookupCases {
    @Test
    void showsAnUploadThatIsOnItsWay() {
        var posted = fixture().api().postText("hello");

        var answer = fixture().api().getUpload(posted.id());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo(posted.response().body());
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void answersTheResultFromRedisByteForByte() {
        var id = fixture().api().postText("hello").id();
        var json = PublishedResults.json(id, 0.123456789012345678);
        fixture().results().store(id, json);

        var answer = fixture().api().getUpload(id);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo(json);
        assertThat(answer.header("Retry-After")).isEmpty();
    }

    @Test
    void learnsOfAResultFromTheTopicBeforeRedisHasIt() {
        var id = fixture().api().postText("hello").id();
        var json = PublishedResults.json(id, 0.75);

        fixture().results().publish(id, json);

        Awaitility.await().untilAsserted(() -> assertThat(
                        fixture().api().getUpload(id).response().body())
                .isEqualTo(json));
    }

    @Test
    void waitsForTheResult() {
        var id = fixture().api().postText("hello").id();
        var json = PublishedResults.json(id, 0.75);
        var answering = CompletableFuture.supplyAsync(() -> fixture().api().getUpload(id, "Prefer", "wait=\"30\""));
        Awaitility.await()
                .until(() -> fixture()
                                .app()
                                .bean(dev.millrace.collector.store.FreshResults.class)
                                .waiting()
                        > 0);

        fixture().results().publish(id, json);

        var answer = answering.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(answer.response().body()).isEqualTo(json);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=30");
    }

    @Test
    void doesNotShowAResultThatWasAborted() {
        var id = fixture().api().postText("hello").id();
        fixture().results().publishAborted(id, PublishedResults.json(id, 0.25));

        var answer = fixture().api().getUpload(id, "Prefer", "wait=1");

        assertThat(answer.text("status")).isEqualTo("PENDING");
    }

    @Test
    void doesNotKnowAnIdThatWasNeverGiven() {
        fixture().api().getUpload(UUID.randomUUID()).isProblem(404, "UNKNOWN_UPLOAD");
        fixture().api().getUpload(UuidCreator.getTimeOrderedEpoch()).isProblem(404, "UNKNOWN_UPLOAD");
        fixture().api().getUpload(UploadIds.of("default", "never")).isProblem(404, "UNKNOWN_UPLOAD");
    }

    @Test
    void saysThatAnUploadIsGone() {
        var id = fixture().api().postText("hello").id();
        RepeatCases.age(id, Duration.ofHours(25));

        fixture().api().getUpload(id).isProblem(410, "UPLOAD_GONE");
    }

    @Test
    void knowsFromTheIdItselfThatItMustBeGone() {
        var id = UuidCreator.getTimeOrderedEpoch(Instant.now().minus(Duration.ofDays(5)));

        fixture().api().getUpload(id).isProblem(410, "UPLOAD_GONE");
    }

    @Test
    void refusesWhatIsNoId() {
        fixture().api().get("/v1/uploads/1-1-1-1-1").isProblem(400, "MALFORMED_REQUEST");
        fixture().api().get("/v1/uploads/x%0Ay").isProblem(400, "MALFORMED_REQUEST");
    }

    @Test
    void takesWrongBytesInRedisForNoResult() {
        var id = fixture().api().postText("hello").id();
        fixture().results().store(id, "{\"id\":\"" + UUID.randomUUID() + "\",\"status\":\"SUCCEEDED\"}");

        fixture().api().getUpload(id).isProblem(503, "STORE_UNAVAILABLE");
    }

    @Test
    void refusesToAnswerInAnotherMediaType() {
        fixture().api().getUpload(UUID.randomUUID(), "Accept", "text/html").isProblem(406, "NOT_ACCEPTABLE");
        fixture().api().get("/v1/pipelines", "Accept", "application/xml").isProblem(406, "NOT_ACCEPTABLE");
    }
}
