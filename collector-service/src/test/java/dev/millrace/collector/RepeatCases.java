package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.collector.Api.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a repeat with the same idempotency key is answered. */
abstract class RepeatCases {
    private final String key = "repeat-" + UUID.randomUUID();

    @Test
    void answersARunningUploadAsTheFirstTime() {
        var first = post("hello");

        var repeat = post("hello");

        assertThat(repeat.status()).isEqualTo(202);
        assertThat(repeat.response().body()).isEqualTo(first.response().body());
        assertThat(fixture().records().of(first.id())).hasSize(1);
    }

    @Test
    void answersAFinishedUploadWithItsResult() {
        var id = post("hello").id();
        var json = PublishedResults.json(id, 0.25);
        fixture().results().store(id, json);

        var repeat = post("hello");

        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.response().body()).isEqualTo(json);
        assertThat(fixture().records().of(id)).hasSize(1);
    }

    @Test
    void answersTheResultOfAnUploadWhoseReservationIsLost() {
        var id = UploadIds.of("default", key);
        var json = PublishedResults.json(id, 0.25);
        fixture().results().store(id, json);

        var repeat = post("hello");

        assertThat(repeat.status()).isEqualTo(200);
        assertThat(repeat.response().body()).isEqualTo(json);
        assertThat(fixture().records().of(id)).isEmpty();
        assertThat(fixture().results().redis().get(storeKey(id))).isNull();
    }

    @Test
    void refusesAnotherBody() {
        var first = post("hello");

        var other = post("hello!");

        other.isProblem(422, "IDEMPOTENCY_KEY_REUSED");
        assertThat(other.text("uploadId")).isEqualTo(first.id().toString());
    }

    @Test
    void refusesAnotherDeadline() {
        post("hello");

        var other = fixture()
                .api()
                .post("?deadline=1m", "hello".getBytes(UTF_8), "Content-Type", "text/plain", "Idempotency-Key", key);

        other.isProblem(422, "IDEMPOTENCY_KEY_REUSED");
    }

    @Test
    void takesTheJsonFormOfTheSameUploadAsTheSame() {
        var first = post("hello");

        var repeat = fixture().api().postJson("{\"content\": \"hello\"}", "Idempotency-Key", key);

        assertThat(repeat.status()).isEqualTo(202);
        assertThat(repeat.id()).isEqualTo(first.id());
    }

    @Test
    void keepsTenantsApart() {
        var first = post("hello");

        var other = fixture().api().postText("other", "Idempotency-Key", key, "Millrace-Tenant", "acme");

        assertThat(other.status()).isEqualTo(202);
        assertThat(other.id()).isNotEqualTo(first.id());
    }

    @Test
    void saysThatAnUploadIsGoneOnceItsResultIsNoLongerKept() {
        var id = post("hello").id();
        age(id, Duration.ofHours(25));

        var repeat = post("hello");

        repeat.isProblem(410, "UPLOAD_GONE");
    }

    @Test
    void sendsAgainWhatADeadReplicaWasSending() {
        UUID id;
        try (var dead = fixture().another(Map.of())) {
            id = new Api(fixture().openApi(), dead)
                    .postText("hello", "Idempotency-Key", key)
                    .id();
        }
        fixture().results().redis().set(storeKey(id), stored(id).replace("ACCEPTED", "SENDING"));
        fixture().api().postText("hello", "Idempotency-Key", key).isProblem(409, "IDEMPOTENCY_KEY_IN_USE");
        age(id, Duration.ofMinutes(1));

        var repeat = post("hello");

        assertThat(repeat.status()).isEqualTo(202);
        assertThat(fixture().records().of(id)).hasSize(2);
        assertThat(stored(id)).contains("\"state\":\"ACCEPTED\"");
    }

    @Test
    void sendsOnceWhateverComesAtOneTime() {
        var id = UploadIds.of("default", key);
        List<CompletableFuture<Answer>> posting;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            posting = IntStream.range(0, 20)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> post("hello"), threads))
                    .toList();
        }

        var statuses = posting.stream().map(each -> each.join().status()).toList();

        assertThat(statuses).isSubsetOf(202, 409).contains(202);
        assertThat(fixture().records().of(id)).hasSize(1);
    }

    private Answer post(String text) {
        return fixture().api().postText(text, "Idempotency-Key", key);
    }

    static String storeKey(UUID id) {
        return "collector:upload:v1:" + id;
    }

    static String stored(UUID id) {
        return fixture().results().redis().get(storeKey(id));
    }

    /** Makes a reservation older than it is, in Redis. */
    static void age(UUID id, Duration age) {
        var now = Instant.now();
        fixture()
                .results()
                .redis()
                .set(
                        storeKey(id),
                        stored(id)
                                .replaceFirst(
                                        "\"acceptedAt\":\\d+",
                                        "\"acceptedAt\":"
                                                + now.minus(age).minusMillis(1).toEpochMilli())
                                .replaceFirst(
                                        "\"deadline\":\\d+",
                                        "\"deadline\":" + now.minus(age).toEpochMilli()));
    }
}
