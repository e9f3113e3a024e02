package dev.millrace.collector;

import static dev.millrace.collector.CollectorIT.fixture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contract.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** No stage runs in these tests, so every upload waits, until the test says that the first stage has read it. */
abstract class BackpressureCases {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GROUP = "feature-service";

    @Test
    void turnsUploadsAwayWhileThePipelineIsBehind() throws Exception {
        var settings = Map.<String, Object>of("millrace.collector.max-drain-time", "2s");
        try (var collector = fixture().another(settings);
                var admin = Admin.create(
                        Map.of("bootstrap.servers", fixture().sandbox().bootstrapServers()))) {
            var api = new Api(fixture().openApi(), collector);
            await().atMost(PATIENCE).until(() -> api.postText("too much").status() == 429);

            var answer = api.postText("too much").isProblem(429, "PIPELINE_BEHIND");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 90);
            assertThat(answer.text("detail")).contains("uploads wait", "(expected: at most 2 s)");
            // What was accepted can be asked for all the same.
            assertThat(api.get("/v1/pipelines").status()).isEqualTo(200);
            assertThat(collector.management("/actuator/health/readiness").statusCode())
                    .isEqualTo(200);

            readAll(admin);
            await().atMost(PATIENCE).until(() -> api.postText("room again").status() == 202);
            admin.deleteConsumerGroups(List.of(GROUP)).all().get();
        }
    }

    private static void readAll(Admin admin) throws Exception {
        var lanes = new HashMap<TopicPartition, OffsetSpec>();
        for (int lane = 0; lane < 8; lane++) {
            lanes.put(new TopicPartition(Topics.UPLOADS, lane), OffsetSpec.latest());
        }
        var read = new HashMap<TopicPartition, OffsetAndMetadata>();
        admin.listOffsets(lanes)
                .all()
                .get()
                .forEach((lane, end) -> read.put(lane, new OffsetAndMetadata(end.offset())));
        admin.alterConsumerGroupOffsets(GROUP, read).all().get();
    }
}
