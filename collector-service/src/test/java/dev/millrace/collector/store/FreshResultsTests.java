package dev.millrace.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FreshResultsTests {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final FreshResults results = new FreshResults(2);
    private final UUID id = UUID.randomUUID();

    @Test
    void tellsAWaiterOfAResult() {
        try (var waiter = results.register(id).orElseThrow()) {
            results.published(id, 1, "a");

            assertThat(waiter.await(LONG)).contains("a");
        }
    }

    @Test
    void tellsOfAResultThatCameJustBefore() {
        results.published(id, 1, "a");

        try (var waiter = results.register(id).orElseThrow()) {
            assertThat(waiter.await(LONG)).contains("a");
        }
    }

    @Test
    void tellsAllWhoWaitForOneUpload() {
        try (var first = results.register(id).orElseThrow();
                var second = results.register(id).orElseThrow()) {
            results.published(id, 1, "a");

            assertThat(first.await(LONG)).contains("a");
            assertThat(second.await(LONG)).contains("a");
        }
    }

    @Test
    void tellsNobodyOfAnothersResult() {
        try (var waiter = results.register(id).orElseThrow()) {
            results.published(UUID.randomUUID(), 1, "a");

            assertThat(waiter.await(Duration.ofMillis(1))).isEmpty();
        }
    }

    @Test
    void hasNoMorePlacesThanItWasGiven() {
        var first = results.register(id).orElseThrow();
        try (var second = results.register(id).orElseThrow()) {
            assertThat(results.register(id)).isEmpty();
            assertThat(results.waiting()).isEqualTo(2);

            first.close();
            first.close();

            assertThat(results.waiting()).isEqualTo(1);
            assertThat(second.await(Duration.ZERO)).isEmpty();
        }
        assertThat(results.waiting()).isZero();
    }

    @Test
    void keepsTheLatestAttempt() {
        results.published(id, 2, "second");
        results.published(id, 1, "first");

        assertThat(results.find(id)).contains("second");
    }

    @Test
    void endsAllWaitingWhenItIsClosed() {
        try (var before = results.register(id).orElseThrow()) {
            results.close();

            assertThat(before.await(LONG)).isEmpty();
            try (var after = results.register(id).orElseThrow()) {
                assertThat(after.await(LONG)).isEmpty();
            }
        }
    }
}
