package dev.millrace.monitoring.flow;

import java.util.Map;

/**
 * What one service handed on, read from the topic that it writes.
 *
 * @param topic the topic
 * @param perSecond records a second over the last ten, repeats left out
 * @param values events, since this process started
 * @param known uploads whose prediction was known before: they pass without work
 * @param failed failures; they travel on, so one counts at each stage it passes
 * @param expired expiries, likewise
 * @param repeated records of uploads that the lane already held
 * @param undecodable records that are not what the topic holds
 * @param work time in the service
 * @param queued time between the service before and this one
 * @param errors uploads that this service gave up on, by code
 */
public record StageFlow(
        String stage,
        String topic,
        double perSecond,
        long values,
        long known,
        long failed,
        long expired,
        long repeated,
        long undecodable,
        Latency work,
        Latency queued,
        Map<String, Long> errors) {}
