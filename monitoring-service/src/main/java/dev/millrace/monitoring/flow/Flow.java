package dev.millrace.monitoring.flow;

import dev.millrace.contract.Origin;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.monitoring.flow.FlowMeters.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up every record of the lane topics: decodes, counts and times it. A record that cannot be
 * decoded is counted and named and never thrown on. Safe to share between threads.
 */
public final class Flow {
    /** The services that hand records on, in the order of the way; the n-th writes the n-th lane topic. */
    public static final List<String> STAGES = List.of("collector", "feature", "inference", "postprocessor");

    private static final Logger LOGGER = LoggerFactory.getLogger(Flow.class);
    private static final Duration RATE_WINDOW = Duration.ofSeconds(10);
    private static final int BAD_RECORDS = 20;
    private static final Duration WARNINGS = Duration.ofSeconds(1);
    /** A crash makes repeats within moments; what an origin held back for longer says less than the records since. */
    private static final Duration REPEATS = Duration.ofMinutes(5);

    private final RecordDecoder decoder = new RecordDecoder();
    private final FlowMeters meters;
    private final Map<String, SlidingRate> rates = new HashMap<>();
    private final Map<TopicPartition, Newest> newest = new HashMap<>();
    private final InstantSource clock;
    private final ModelTraffic models;
    private final Recent<RecentResult> results;
    private final Recent<BadRecord> badRecords = new Recent<>(BAD_RECORDS);
    private Instant nextWarning = Instant.MIN;
    private long notWarnedOf;

    /** The newest origin of a lane's topic, and when it was seen. */
    private record Newest(Origin origin, Instant at) {}

    /** @param recentResults how many results {@link #recentResults()} keeps, 1 or more */
    public Flow(MeterRegistry registry, InstantSource clock, int recentResults) {
        this.clock = clock;
        this.meters = new FlowMeters(registry, clock);
        this.models = new ModelTraffic(clock);
        this.results = new Recent<>(recentResults);
        Topics.LANE_TOPICS.forEach(topic -> rates.put(topic, new SlidingRate(RATE_WINDOW, clock)));
    }

    /** Takes up one record of a lane topic. */
    public void accept(ConsumerRecord<byte[], byte @Nullable []> source) {
        try {
            observe(decoder.decode(source));
        } catch (UndecodableRecordException e) {
            String place = source.topic() + "/" + source.partition() + "/" + source.offset();
            meters.count(source.topic(), Outcome.UNDECODABLE);
            badRecords.add(
                    new BadRecord(place, String.valueOf(e.getMessage()), Instant.ofEpochMilli(source.timestamp())));
            warn(place, e);
        }
    }

    /** At most once a second: a writer that sends nothing else must not fill the log. */
    private synchronized void warn(String place, UndecodableRecordException cause) {
        var now = clock.instant();
        if (now.isBefore(nextWarning)) {
            notWarnedOf++;
            return;
        }
        LOGGER.atWarn()
                .addKeyValue("record", place)
                .addKeyValue("reason", cause.getMessage())
                .addKeyValue("sinceTheLastWarning", notWarnedOf)
                .log("record not decoded");
        nextWarning = now.plus(WARNINGS);
        notWarnedOf = 0;
    }

    /** Each stage, in the order of the way. */
    public List<StageFlow> stages() {
        return STAGES.stream().map(this::stage).toList();
    }

    /** From acceptance to the published result. */
    public Latency endToEnd() {
        return meters.endToEnd();
    }

    /** The model versions that answered, those with the most results of the last minutes first. */
    public List<ModelShare> models() {
        return models.shares();
    }

    /** The last results, newest first. */
    public List<RecentResult> recentResults() {
        return results.list();
    }

    /** The last records that could not be decoded, newest first. */
    public List<BadRecord> badRecords() {
        return badRecords.list();
    }

    private void observe(Observed observed) {
        if (isRepeat(observed)) {
            meters.count(observed.topic(), Outcome.REPEATED);
            return;
        }
        rate(observed.topic()).record(observed.at());
        meters.time(observed.hops());
        var outcome =
                switch (observed.body()) {
                    case Observed.Uploaded() -> Outcome.VALUE;
                    case Observed.Extracted _, Observed.Predicted _ -> Outcome.VALUE;
                    case Observed.Known _ -> Outcome.KNOWN;
                    case Observed.Failed _ -> Outcome.FAILED;
                    case Observed.Expired() -> Outcome.EXPIRED;
                    case Observed.Published(var result) -> published(result);
                };
        // Counted last, so that whoever sees the count sees the rest too.
        meters.count(observed.topic(), outcome);
    }

    private Outcome published(UploadResult result) {
        meters.published(result);
        models.count(result);
        results.add(RecentResult.of(result));
        return switch (result.status()) {
            case SUCCEEDED -> Outcome.VALUE;
            case FAILED -> Outcome.FAILED;
            case EXPIRED -> Outcome.EXPIRED;
        };
    }

    /**
     * Whether the lane's topic held this upload or a later one in the last minutes. A record that comes behind a gap
     * counts as a repeat too: these are figures, the lane's own accounting is the postprocessor's. An origin that is made
     * up, and far ahead of all, holds the lane's records for repeats no longer than that.
     */
    private boolean isRepeat(Observed observed) {
        var origin = observed.origin();
        if (origin == null) {
            return false;
        }
        synchronized (newest) {
            var lane = new TopicPartition(observed.topic(), observed.lane());
            var last = newest.get(lane);
            var now = clock.instant();
            boolean repeat = last != null
                    && !last.at().isBefore(now.minus(REPEATS))
                    && switch (origin.comparedTo(last.origin())) {
                        case OLDER, SAME -> true;
                        case NEWER, UNRELATED -> false;
                    };
            if (!repeat) {
                newest.put(lane, new Newest(origin, now));
            }
            return repeat;
        }
    }

    private StageFlow stage(String stage) {
        String topic = Topics.LANE_TOPICS.get(STAGES.indexOf(stage));
        return new StageFlow(
                stage,
                topic,
                rate(topic).perSecond(),
                meters.counted(topic, Outcome.VALUE),
                meters.counted(topic, Outcome.KNOWN),
                meters.counted(topic, Outcome.FAILED),
                meters.counted(topic, Outcome.EXPIRED),
                meters.counted(topic, Outcome.REPEATED),
                meters.counted(topic, Outcome.UNDECODABLE),
                meters.work(stage),
                meters.waits(stage),
                meters.errors(stage));
    }

    private SlidingRate rate(String topic) {
        var rate = rates.get(topic);
        if (rate == null) {
            throw new IllegalArgumentException("topic: '%s' (expected one of %s)".formatted(topic, Topics.LANE_TOPICS));
        }
        return rate;
    }
}
