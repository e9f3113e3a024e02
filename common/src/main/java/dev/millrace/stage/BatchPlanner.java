package dev.millrace.stage;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.v1.OutcomeExpired;
import dev.millrace.stage.StageDefinition.LaneSource;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns polled records into emissions: one for each, in order. What can be settled without the function is (an earlier
 * stage's failure, a passed deadline, a body that does not decode); the rest runs as one batch over all lanes.
 */
final class BatchPlanner<I, O> {
    private final StageDefinition<I, O> definition;
    private final BatchRunner<I, O> runner;
    private final InstantSource clock;

    BatchPlanner(StageDefinition<I, O> definition, BatchRunner<I, O> runner, InstantSource clock) {
        this.definition = definition;
        this.runner = runner;
        this.clock = clock;
    }

    /** A record that waits for the function, and where its emission goes. */
    private record Pending<I>(int slot, ConsumerRecord<byte[], byte[]> input, LaneLink link, StageInput<I> work) {}

    /** Emissions of all lanes, those of one lane in its order. @throws TransientFailureException as the function threw it */
    List<Emission> plan(Map<InnerLane, List<ConsumerRecord<byte[], byte[]>>> polled) {
        Instant now = clock.instant();
        var emissions = new ArrayList<@Nullable Emission>();
        var pending = new ArrayList<Pending<I>>();
        polled.forEach((lane, records) -> {
            Origin last = lane.frontier().last();
            for (var record : records) {
                LaneLink link = link(lane, record, last);
                if (link != null) {
                    last = link.origin();
                }
                emissions.add(
                        link == null ? unlinked(record) : settle(lane, record, link, now, emissions.size(), pending));
            }
        });
        var outcomes = runner.run(pending.stream().map(Pending::work).toList());
        for (int i = 0; i < outcomes.size(); i++) {
            emissions.set(pending.get(i).slot(), emission(pending.get(i), outcomes.get(i)));
        }
        return emissions.stream().map(Objects::requireNonNull).toList();
    }

    private @Nullable LaneLink link(InnerLane lane, ConsumerRecord<byte[], byte[]> record, @Nullable Origin last) {
        return definition.source() == LaneSource.OWN_POSITION
                ? new LaneLink(OwnPosition.of(lane.incarnation(), record), last)
                : LaneLink.read(record.headers());
    }

    private static Emission unlinked(ConsumerRecord<byte[], byte[]> record) {
        return new Emission.Unlinked(
                record, "%s or %s: absent or malformed".formatted(Headers.ORIGIN, Headers.PREDECESSOR));
    }

    /** The emission of a record that needs no work; null if it was put among the pending. */
    private @Nullable Emission settle(
            InnerLane lane,
            ConsumerRecord<byte[], byte[]> record,
            LaneLink link,
            Instant now,
            int slot,
            List<Pending<I>> pending) {
        var headers = UploadHeaders.read(record.headers(), link.origin(), Instant.ofEpochMilli(record.timestamp()));
        byte[] body = record.value();
        if (headers.problem() != null) {
            return undecodable(record, link, headers, headers.problem());
        }
        if (lane.isUnsendable(record.offset())) {
            return new Emission.Fail(
                    record, link, headers, ErrorCode.RESULT_TOO_LARGE, "the broker refused what the stage made of it");
        }
        if (body == null) {
            return undecodable(record, link, headers, "body: absent");
        }
        OutcomeKind kind;
        try {
            kind = OutcomeKind.of(Headers.text(record.headers(), Headers.OUTCOME));
        } catch (IllegalArgumentException e) {
            return undecodable(record, link, headers, String.valueOf(e.getMessage()));
        }
        if (kind != OutcomeKind.VALUE) {
            return new Emission.Send(record, link, headers, kind, body, true);
        }
        if (headers.expiredAt(now)) {
            byte[] expired = OutcomeExpired.newBuilder()
                    .setStage(definition.service())
                    .build()
                    .toByteArray();
            return new Emission.Send(record, link, headers, OutcomeKind.EXPIRED, expired, false);
        }
        if (lane.isGuilty(record.offset())) {
            return new Emission.Fail(
                    record, link, headers, ErrorCode.CRASHED_PROCESS, "work on it ended the process three times");
        }
        try {
            var work = new StageInput<>(headers, definition.decoder().decode(body));
            pending.add(new Pending<>(slot, record, link, work));
            return null;
        } catch (Exception | StackOverflowError e) {
            return undecodable(record, link, headers, "body of %d bytes: %s".formatted(body.length, e.getMessage()));
        }
    }

    private Emission emission(Pending<I> pending, Outcome<O> outcome) {
        var headers = pending.work().headers();
        return switch (outcome) {
            case Outcome.Value<O>(O value) -> {
                byte[] body;
                try {
                    body = definition.encoder().apply(value);
                } catch (RuntimeException | StackOverflowError | LinkageError e) {
                    yield emission(pending, BatchRunner.failed(pending.work(), e));
                }
                yield body.length > definition.maxOutputBytes()
                        ? new Emission.Fail(
                                pending.input(),
                                pending.link(),
                                headers,
                                ErrorCode.RESULT_TOO_LARGE,
                                "output: %d bytes (expected: at most %d)"
                                        .formatted(body.length, definition.maxOutputBytes()))
                        : new Emission.Send(pending.input(), pending.link(), headers, OutcomeKind.VALUE, body, false);
            }
            case Outcome.Failed<O>(ErrorCode code, String detail) ->
                new Emission.Fail(pending.input(), pending.link(), headers, code, detail);
        };
    }

    private static Emission undecodable(
            ConsumerRecord<byte[], byte[]> record, LaneLink link, UploadHeaders headers, String detail) {
        return new Emission.Fail(record, link, headers, ErrorCode.UNDECODABLE_RECORD, detail);
    }
}
