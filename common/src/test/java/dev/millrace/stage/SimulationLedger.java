package dev.millrace.stage;

import static java.util.Objects.requireNonNull;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Which uploads were accepted and which results committed, and whether these are as they must be. */
final class SimulationLedger {
    private final SimulationWalk walk;
    private final List<Lane> lanes = new ArrayList<>();

    SimulationLedger(SimulationWalk walk, int lanes) {
        this.walk = walk;
        for (int lane = 0; lane < lanes; lane++) {
            this.lanes.add(new Lane(new ArrayList<>(), new ArrayList<>(), new HashSet<>()));
        }
    }

    private record Upload(String id, Origin origin) {}

    /** @param uploads without those that a cut of the log has destroyed */
    private record Lane(List<Upload> uploads, List<Origin> results, Set<String> published) {
        boolean isPublishedBefore(Origin origin) {
            return uploads.stream()
                    .filter(upload -> upload.origin().comparedTo(origin) == Origin.Order.OLDER)
                    .allMatch(upload -> published.contains(upload.id()));
        }
    }

    void accepted(int lane, String id, Origin origin) {
        lanes.get(lane).uploads().add(new Upload(id, origin));
    }

    /** The log of the uploads was cut. */
    void cut(int lane, long offset) {
        lanes.get(lane).uploads().removeIf(upload -> upload.origin().offset() >= offset);
    }

    void committed(SimulatedTransaction transaction) {
        transaction.records.forEach(this::committed);
    }

    private void committed(ConsumerRecord<byte[], byte[]> result) {
        var lane = lanes.get(result.partition());
        var origin = requireNonNull(LaneLink.read(result.headers())).origin();
        String id = requireNonNull(Headers.text(result.headers(), Headers.UPLOAD_ID));
        if (lane.published().contains(id)) {
            walk.violated(SimulationViolation.DUPLICATE, "a second result of %s, origin %s".formatted(id, origin));
        }
        var last = number(result.partition());
        if (last != null && origin.comparedTo(last) != Origin.Order.NEWER) {
            walk.violated(SimulationViolation.DISORDER, "a result of origin %s after %s".formatted(origin, last));
        }
        if (!lane.isPublishedBefore(origin)) {
            walk.violated(SimulationViolation.LOSS, "a result of origin %s without an earlier one's".formatted(origin));
        }
        lane.results().add(origin);
        lane.published().add(id);
    }

    /** Origin of the last result of the lane. */
    @Nullable
    Origin number(int lane) {
        var results = lanes.get(lane).results();
        return results.isEmpty() ? null : results.getLast();
    }

    boolean isComplete(int lane) {
        return lanes.get(lane).uploads().stream()
                .allMatch(upload -> lanes.get(lane).published().contains(upload.id()));
    }

    int results() {
        return lanes.stream().mapToInt(lane -> lane.results().size()).sum();
    }
}
