package dev.millrace.monitoring.drift;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.WindowCounts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The windows of one lane that are still open. Which rows a window counts depends on the rows alone, not on their order, on
 * repeats or on when they are read, so reading a lane again makes the same windows. A row whose times do not fit is counted as
 * such in the window that it was written in, so one that was written twice may be in two. Not safe to share between threads.
 */
final class LaneWindows {
    private final Duration length;
    private final Duration lateness;
    private final TreeMap<Instant, Open> windows = new TreeMap<>();
    private Instant closedUntil;

    /** What becomes of a row. */
    enum Fate {
        COUNTED,
        /** The window has it. */
        REPEATED,
        /** Its window is closed, and was when the lane was read before. */
        CLOSED,
        /** It was written too long after its window. */
        LATE,
        /** It was accepted long after it was written: somebody's clock is wrong. */
        AHEAD
    }

    /** What a window of the lane counted of one model version. */
    record Partial(Instant start, String model, WindowCounts counts) {}

    /** What numbers uploads by offsets that are used once. */
    private record Source(String topic, String incarnation, int epoch) {
        static Source of(Row row) {
            return new Source(
                    row.topic(), row.origin().incarnation(), row.origin().epoch());
        }
    }

    private static final class Open {
        private final Map<String, WindowCounts> counts = new TreeMap<>();
        private final Map<Source, OffsetSet> seen = new HashMap<>();
        private final Map<String, Long> firstOffsets = new HashMap<>();
    }

    /** @param closedUntil windows before it were closed already */
    LaneWindows(Duration length, Duration lateness, Instant closedUntil) {
        this.length = length;
        this.lateness = lateness;
        this.closedUntil = closedUntil;
    }

    /** Takes in a row that its topic holds at {@code offset}. */
    Fate add(Row row, long offset, Profile profile) {
        if (row.accepted().isAfter(row.recorded().plus(lateness))) {
            addTo(startOf(row.recorded(), length), row.with(Fault.TIMESTAMP_SKEW), offset, profile);
            return Fate.AHEAD;
        }
        var start = startOf(row.accepted(), length);
        if (!row.recorded().isBefore(start.plus(length).plus(lateness))) {
            addTo(startOf(row.recorded(), length), row.with(Fault.TIMESTAMP_SKEW), offset, profile);
            return Fate.LATE;
        }
        return addTo(start, row, offset, profile);
    }

    private Fate addTo(Instant start, Row row, long offset, Profile profile) {
        if (start.isBefore(closedUntil)) {
            return Fate.CLOSED;
        }
        var window = windows.computeIfAbsent(start, _ -> new Open());
        window.firstOffsets.merge(row.topic(), offset, Math::min);
        var seen = window.seen.computeIfAbsent(Source.of(row), _ -> new OffsetSet());
        if (!seen.add(row.origin().offset())) {
            return Fate.REPEATED;
        }
        window.counts
                .computeIfAbsent(row.model(), _ -> new WindowCounts(profile))
                .add(row.upload(), row.values(), row.facts(), profile.embedding() == null ? null : row.vector());
        return Fate.COUNTED;
    }

    /** Up to where windows can be closed once all that was written before {@code progress} has been read. */
    Instant closable(Instant progress) {
        var until = startOf(progress.minus(lateness), length);
        return until.isAfter(closedUntil) ? until : closedUntil;
    }

    /** What the windows before {@code until} counted, oldest first. They stay open until {@link #close}. */
    List<Partial> partials(Instant until) {
        var partials = new ArrayList<Partial>();
        windows.headMap(until)
                .forEach((start, window) ->
                        window.counts.forEach((model, counts) -> partials.add(new Partial(start, model, counts))));
        return partials;
    }

    /** Forgets the windows before {@code until}. */
    void close(Instant until) {
        windows.headMap(until).clear();
        closedUntil = until;
    }

    Instant closedUntil() {
        return closedUntil;
    }

    /** The first offset of a topic that an open window counted. */
    OptionalLong firstOffset(String topic) {
        return windows.values().stream()
                .map(window -> window.firstOffsets.get(topic))
                .filter(offset -> offset != null)
                .mapToLong(Long::longValue)
                .min();
    }

    /** Windows that hold rows. */
    int open() {
        return windows.size();
    }

    /** The start of the window of this length that {@code time} is in. */
    static Instant startOf(Instant time, Duration length) {
        return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), length.toMillis()) * length.toMillis());
    }
}
