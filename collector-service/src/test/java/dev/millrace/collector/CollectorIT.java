package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The collector on a real broker and a real Redis. Each of its answers is checked against {@code docs/openapi.yaml}, and at
 * last that no operation and no status of that document was left out.
 */
@ExtendWith(SandboxExtension.class)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class CollectorIT {
    private static @Nullable Fixture fixture;

    /** What all cases share. */
    record Fixture(Sandbox sandbox, OpenApi openApi, CollectorApp app, Api api, PublishedResults results) {
        UploadRecords records() {
            return new UploadRecords(sandbox.bootstrapServers());
        }

        /** Another collector on the same broker and Redis, with settings of its own. */
        CollectorApp another(Map<String, Object> settings) {
            return CollectorApp.start(sandbox.bootstrapServers(), sandbox.redisUrl(), settings);
        }
    }

    static Fixture fixture() {
        return Objects.requireNonNull(fixture);
    }

    @BeforeAll
    static void start(Sandbox sandbox) {
        var openApi = new OpenApi();
        var app = CollectorApp.start(
                sandbox.bootstrapServers(), sandbox.redisUrl(), Map.of("millrace.collector.body-timeout", "2s"));
        fixture = new Fixture(
                sandbox,
                openApi,
                app,
                new Api(openApi, app),
                new PublishedResults(sandbox.bootstrapServers(), sandbox.redisUrl()));
    }

    @AfterAll
    static void stop() {
        fixture().results.close();
        fixture().app.close();
    }

    @Nested
    @Order(1)
    class Acceptance extends AcceptanceCases {}

    @Nested
    @Order(2)
    class Repeats extends RepeatCases {}

    @Nested
    @Order(2)
    class Known extends KnownCases {}

    @Nested
    @Order(3)
    class Lookup extends LookupCases {}

    @Nested
    @Order(3)
    class Feedback extends FeedbackCases {}

    @Nested
    @Order(4)
    class Refusals extends RefusalCases {}

    @Nested
    @Order(5)
    class Servers extends ServerCases {}

    @Nested
    @Order(6)
    class Backpressure extends BackpressureCases {}

    @Nested
    @Order(7)
    class LargeContents extends PayloadCases {}

    @Nested
    @Order(8)
    class Erasures extends EraseCases {}

    @Nested
    @Order(9)
    class Outages extends OutageCases {}

    @Nested
    @Order(10)
    class Document {
        @Test
        void describesNoStatusThatDidNotComeUp() {
            assertThat(fixture().openApi.seen()).containsAll(fixture().openApi.documented());
        }
    }
}
