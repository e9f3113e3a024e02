package dev.millrace.monitoring.flow;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Hop;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The meters of the flow. Every tag takes a fixed set of values, whatever the records carry. */
final class FlowMeters {
    private static final String OTHER = "other";
    private static final Set<String> CODES =
            Arrays.stream(ErrorCode.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    /** What became of a record that was read. */
    enum Outcome {
        VALUE,
        /** Passed by a stage, since its prediction was known before. */
        KNOWN,
        FAILED,
        EXPIRED,
        /** A record of an upload that the lane already held: work done twice after a crash. */
        REPEATED,
        UNDECODABLE;

        private String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final MeterRegistry registry;
    private final Map<String, Map<Outcome, Counter>> records = new HashMap<>();
    private final Map<String, LatencyMeter> work = new HashMap<>();
    private final Map<String, LatencyMeter> waits = new HashMap<>();
    private final LatencyMeter endToEnd;

    FlowMeters(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        for (String topic : Topics.LANE_TOPICS) {
            var byOutcome = new EnumMap<Outcome, Counter>(Outcome.class);
            for (var outcome : Outcome.values()) {
                byOutcome.put(outcome, records(topic, outcome));
            }
            records.put(topic, byOutcome);
        }
        for (String stage : Flow.STAGES) {
            var tags = Tags.of("stage", stage);
            work.put(
                    stage,
                    new LatencyMeter(
                            registry,
                            clock,
                            "millrace.flow.hop.work",
                            "Time that a service had an upload in its hands",
                            tags));
            waits.put(
                    stage,
                    new LatencyMeter(
                            registry,
                            clock,
                            "millrace.flow.hop.wait",
                            "Time between the service before and this one",
                            tags));
        }
        endToEnd = new LatencyMeter(
                registry,
                clock,
                "millrace.flow.end_to_end",
                "Time from acceptance to the published result",
                Tags.empty());
    }

    void count(String topic, Outcome outcome) {
        of(of(records, topic), outcome).increment();
    }

    long counted(String topic, Outcome outcome) {
        return (long) of(of(records, topic), outcome).count();
    }

    /** Times the hop of the service that sent the record, the last one, and the wait since the one before. */
    void time(List<Hop> hops) {
        if (hops.isEmpty() || !work.containsKey(hops.getLast().service())) {
            return;
        }
        Hop hop = hops.getLast();
        of(work, hop.service()).record(hop.receivedAt(), hop.sentAt());
        if (hops.size() > 1) {
            of(waits, hop.service()).record(hops.get(hops.size() - 2).sentAt(), hop.receivedAt());
        }
    }

    void published(UploadResult result) {
        endToEnd.record(result.acceptedAt(), result.publishedAt());
        var error = result.error();
        if (error != null) {
            errors(known(CODES, error.code()), known(Flow.STAGES, error.stage().replace("-service", "")))
                    .increment();
        }
    }

    Latency work(String stage) {
        return of(work, stage).latency();
    }

    Latency waits(String stage) {
        return of(waits, stage).latency();
    }

    Latency endToEnd() {
        return endToEnd.latency();
    }

    /** Uploads that a stage gave up on, by code; only the codes that were seen. */
    SortedMap<String, Long> errors(String stage) {
        var errors = new TreeMap<String, Long>();
        for (var counter :
                registry.find("millrace.flow.errors").tag("stage", stage).counters()) {
            errors.put(String.valueOf(counter.getId().getTag("code")), (long) counter.count());
        }
        return errors;
    }

    private Counter records(String topic, Outcome outcome) {
        return Counter.builder("millrace.flow.records")
                .description("Records read from a topic, by what they are")
                .baseUnit("records")
                .tags("topic", topic, "outcome", outcome.tag())
                .register(registry);
    }

    private Counter errors(String code, String stage) {
        return Counter.builder("millrace.flow.errors")
                .description("Uploads that failed, by code and the service that gave up")
                .baseUnit("uploads")
                .tags("code", code, "stage", stage)
                .register(registry);
    }

    private static <K, T> T of(Map<K, T> meters, K name) {
        T meter = meters.get(name);
        if (meter == null) {
            throw new IllegalArgumentException("'%s' (expected one of %s)".formatted(name, meters.keySet()));
        }
        return meter;
    }

    private static String known(Collection<String> values, String value) {
        return values.contains(value) ? value : OTHER;
    }
}
