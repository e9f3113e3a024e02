package dev.millrace.stage;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;

/** Puts a stage together from its definition. */
record Stages(
        KafkaClients clients,
        StageProperties properties,
        Admin admin,
        TopicInspector topics,
        MeterRegistry registry,
        InstantSource clock) {
    /** Longer than the transaction timeout, after which the coordinator has ended whatever a dead member left open. */
    private static final Duration OPEN_TRANSACTION_PATIENCE =
            Duration.ofMillis(2L * KafkaClients.TRANSACTION_TIMEOUT_MS);

    <I, O> StageLifecycle inner(StageDefinition<I, O> unwatched) {
        var definition = unwatched.with(new WatchedFunction<>(unwatched.function(), properties.callTimeout()));
        String group = definition.group();
        var meters = new StageMeters(registry, definition.service(), clock);
        IntFunction<LaneWorker> workers = member -> new InnerStage<>(
                definition,
                new OutcomeSender(definition, () -> clients.producer(group, member), meters, clock),
                () -> topics.incarnation(definition.inputTopic()),
                meters,
                clock,
                backoff());
        return lifecycle(definition.service(), group, definition.inputTopic(), meters, workers);
    }

    StageLifecycle publishing(PublishingDefinition definition) {
        String group = definition.group();
        var meters = new StageMeters(registry, definition.service(), clock);
        IntFunction<LaneWorker> workers = member -> {
            var backoff = backoff();
            var publishedLanes = new KafkaPublishedLanes(
                    definition.outputTopic(),
                    admin,
                    () -> clients.reader(group, member),
                    OPEN_TRANSACTION_PATIENCE,
                    backoff::pause);
            return new PublishingStage(
                    definition,
                    () -> clients.transactionalProducer(group, member),
                    () -> clients.producer(group, member),
                    publishedLanes,
                    meters,
                    clock,
                    backoff);
        };
        return lifecycle(definition.service(), group, definition.inputTopic(), meters, workers);
    }

    private StageLifecycle lifecycle(
            String name, String group, String inputTopic, StageMeters meters, IntFunction<LaneWorker> workers) {
        return new StageLifecycle(name, group, inputTopic, clients, properties, topics, meters, clock, workers);
    }

    private Backoff backoff() {
        return new Backoff(properties.initialBackoff(), properties.maxBackoff(), RandomGenerator.getDefault());
    }
}
