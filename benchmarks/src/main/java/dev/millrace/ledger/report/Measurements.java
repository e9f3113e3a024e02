package dev.millrace.ledger.report;

import java.util.Comparator;
import java.util.List;

/**
 * What was measured while uploads came in.
 *
 * @param answers of the uploads that were accepted, in the order in which they were to be sent
 * @param backlog accepted uploads without a result, now and then
 */
public record Measurements(List<Answer> answers, List<Backlog> backlog) {
    /** Latency of an upload without a result: longer than any. */
    public static final long NEVER = Long.MAX_VALUE / 2;

    public Measurements {
        answers = answers.stream()
                .sorted(Comparator.comparingLong(Answer::intendedAt))
                .toList();
        backlog = List.copyOf(backlog);
    }

    /**
     * An upload and its result.
     *
     * @param intendedAt when it was to be sent, nanoseconds since the begin
     * @param latency from then to the arrival of the result, nanoseconds, or {@link #NEVER}
     */
    public record Answer(long intendedAt, long latency) {
        boolean isBefore(long time) {
            return intendedAt + latency < time;
        }
    }

    /** How many accepted uploads had no result at a time. */
    public record Backlog(long at, int uploads) {}

    /** Latencies of the uploads that were to be sent in a span of time, of those that have a result. */
    public List<Long> latencies(long from, long to) {
        return answers.stream()
                .filter(answer -> answer.intendedAt() >= from && answer.intendedAt() < to)
                .map(Answer::latency)
                .filter(latency -> latency < NEVER)
                .toList();
    }

    /** Latencies of the uploads that were to be sent after {@code from} and were answered before {@code to}. */
    List<Long> untouched(long from, long to) {
        return answers.stream()
                .filter(answer -> answer.intendedAt() >= from && answer.isBefore(to))
                .map(Answer::latency)
                .toList();
    }

    /**
     * Latencies of the uploads that were on their way at {@code strike}, or were to be sent from then to {@code to}; of
     * those that have a result.
     */
    List<Long> touched(long strike, long to) {
        return answers.stream()
                .filter(answer -> answer.intendedAt() < to && !answer.isBefore(strike))
                .map(Answer::latency)
                .filter(latency -> latency < NEVER)
                .toList();
    }

    /** The greatest backlog in a span of time, 0 if it was not looked at. */
    int mostBacklog(long from, long to) {
        return backlog.stream()
                .filter(sample -> sample.at() >= from && sample.at() < to)
                .mapToInt(Backlog::uploads)
                .max()
                .orElse(0);
    }
}
