package dev.millrace.bench.skip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.contract.Topics;
import dev.millrace.ledger.fault.Part;
import dev.millrace.ledger.fault.SystemUnderTest;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class SkipBenchIT {
    private static final int RECORDS = 10_000;
    private static final Map<Part, TopicPartition> INPUTS = Map.of(
            Part.FEATURE, new TopicPartition(Topics.UPLOADS, 0),
            Part.INFERENCE, new TopicPartition(Topics.FEATURES, 0),
            Part.POSTPROCESSOR, new TopicPartition(Topics.PREDICTIONS, 0));

    private final Admin admin;
    private final String bootstrapServers;
    private final List<String> calls = new ArrayList<>();

    SkipBenchIT(Sandbox sandbox) {
        bootstrapServers = sandbox.bootstrapServers();
        admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    @AfterEach
    void closeAdmin() {
        admin.close();
    }

    /** Each part commits a thousand records when it starts, then one over the half of them, and half a second later the rest. */
    private SystemUnderTest system() {
        return (SystemUnderTest) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SystemUnderTest.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("bootstrapServers")) {
                        return bootstrapServers;
                    }
                    var part = (Part) arguments[0];
                    calls.add(method.getName() + " " + part);
                    if (method.getName().equals("start")) {
                        commit(part, 1000);
                        commit(part, 6000);
                        Thread.ofVirtual().start(() -> commitLater(part));
                    }
                    return null;
                });
    }

    private void commitLater(Part part) {
        try {
            Thread.sleep(500);
            commit(part, RECORDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void commit(Part part, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(
                        part.title() + "-service", Map.of(INPUTS.get(part), new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    @Test
    void measuresOneStageAfterTheOtherByItsCommits() throws Exception {
        var rates = new SkipBench(system(), RECORDS).run();

        assertThat(calls)
                .containsExactly(
                        "terminate FEATURE",
                        "terminate INFERENCE",
                        "terminate POSTPROCESSOR",
                        "start FEATURE",
                        "start INFERENCE",
                        "start POSTPROCESSOR");
        assertThat(rates).extracting(SkipBench.Rate::stage).containsExactly("feature", "inference", "postprocessor");
        assertThat(rates).allSatisfy(rate -> {
            assertThat(rate.records()).isEqualTo(4000);
            assertThat(rate.took().toMillis()).isBetween(200L, 30_000L);
            assertThat(rate.perSecond()).isBetween(130.0, 20_000.0);
        });
        var uploads = INPUTS.get(Part.FEATURE);
        assertThat(admin.listOffsets(Map.of(uploads, OffsetSpec.latest()))
                        .partitionResult(uploads)
                        .get()
                        .offset())
                .isGreaterThanOrEqualTo(RECORDS);
    }

    @Test
    void refusesARunTooShortToMeasure() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SkipBench(system(), 9_999))
                .withMessage("records: 9999 (expected: 10000 or more)");
    }
}
