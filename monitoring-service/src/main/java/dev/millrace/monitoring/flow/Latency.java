package dev.millrace.monitoring.flow;

import org.jspecify.annotations.Nullable;

/**
 * Percentiles of the last minute, in milliseconds.
 *
 * @param p50 median, or null if nothing was timed in the last minute
 * @param p99 99th percentile, or null likewise
 */
public record Latency(@Nullable Double p50, @Nullable Double p99) {}
