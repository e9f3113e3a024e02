package dev.millrace.stage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What happened in a walk, step by step. */
final class SimulationTrace {
    private final List<String> lines = new ArrayList<>();

    void add(String format, Object... arguments) {
        lines.add(format.formatted(
                Arrays.stream(arguments).map(SimulationTrace::text).toArray()));
    }

    List<String> lines() {
        return lines;
    }

    private static Object text(Object argument) {
        return switch (argument) {
            case ProducerRecord<?, ?> record ->
                "%s-%d (%s)".formatted(record.topic(), record.partition(), link(record.headers()));
            case ConsumerRecord<?, ?> record ->
                "%s-%d@%d (%s)".formatted(record.topic(), record.partition(), record.offset(), link(record.headers()));
            case List<?> list -> list.stream().map(SimulationTrace::text).toList();
            default -> argument;
        };
    }

    private static String link(org.apache.kafka.common.header.Headers headers) {
        var link = LaneLink.read(headers);
        return link == null ? "no link" : link.origin() + " after " + LaneLink.text(link.predecessor());
    }
}
