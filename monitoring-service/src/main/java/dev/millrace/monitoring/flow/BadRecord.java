package dev.millrace.monitoring.flow;

import java.time.Instant;

/**
 * A record that could not be decoded.
 *
 * @param place topic, partition and offset, as in {@code uploads.received.v1/3/17}
 * @param at the record's timestamp
 */
public record BadRecord(String place, String reason, Instant at) {}
