package dev.millrace.stage;

import dev.millrace.stage.InnerLane.Frontier;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits of inner lanes, one call for all that are worked on together. */
final class LaneCommits {
    private static final Logger LOGGER = LoggerFactory.getLogger(LaneCommits.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private LaneCommits() {}

    /** Says that work begins, where an earlier commit has not said it in advance. */
    static void announce(Consumer<?, ?> consumer, Collection<InnerLane> lanes) {
        var commits = commits(lanes, InnerLane::announcement);
        if (!commits.isEmpty()) {
            consumer.commitSync(commits);
            lanes.stream().filter(lane -> commits.containsKey(lane.partition())).forEach(InnerLane::announced);
        }
    }

    /** Moves lanes up. */
    static void advance(Consumer<?, ?> consumer, Map<InnerLane, Frontier> frontiers) {
        if (!frontiers.isEmpty()) {
            consumer.commitSync(
                    commits(frontiers.keySet(), lane -> lane.commit(Objects.requireNonNull(frontiers.get(lane)))));
            frontiers.forEach(InnerLane::moveTo);
        }
    }

    /** Says that tries came back. If that cannot be committed now they stay counted, which does no harm alone. */
    static void ifPossible(
            Consumer<?, ?> consumer,
            Collection<InnerLane> lanes,
            Function<InnerLane, @Nullable OffsetAndMetadata> commit) {
        var commits = commits(lanes, commit);
        if (!commits.isEmpty()) {
            try {
                consumer.commitSync(commits, PATIENCE);
            } catch (RuntimeException e) {
                LOGGER.debug("{}: tries that came back stay counted", commits.keySet(), e);
            }
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> commits(
            Collection<InnerLane> lanes, Function<InnerLane, @Nullable OffsetAndMetadata> commit) {
        var commits = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (InnerLane lane : lanes) {
            var place = commit.apply(lane);
            if (place != null) {
                commits.put(lane.partition(), place);
            }
        }
        return commits;
    }
}
