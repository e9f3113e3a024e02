package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.WindowCounts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the lanes' windows together, and judges each once all lanes are past it. It matters neither how the lanes were spread
 * over replicas nor how often a lane's window came. Not safe to share between threads.
 */
final class Merger {
    private static final Logger LOGGER = LoggerFactory.getLogger(Merger.class);
    /** Windows that wait for a lane; more of them are given up, the oldest first. */
    private static final int MOST = 64;
    /** That they may take of a heap of 160 MiB, but for the newest, which waits for nothing but its turn. */
    private static final long MOST_BYTES = 32L << 20;

    private static final Comparator<Window> ORDER =
            Comparator.comparing(Window::start).thenComparing(Window::model);

    private final Profiles profiles;
    private final Judge judge;
    private final Duration length;
    private final TreeMap<Window, Map<Integer, byte[]>> pending = new TreeMap<>(ORDER);
    private final Map<Integer, Span> whole = new HashMap<>();
    private Instant judgedUntil = Instant.EPOCH;

    private record Window(Instant start, String model) {}

    /** Where a lane's windows are whole. */
    private record Span(Instant from, Instant until) {
        /** What the first mark speaks of may have come before reading began. */
        static Span ofFirst(WindowMessage.Mark mark) {
            return new Span(mark.until(), mark.until());
        }

        Span and(WindowMessage.Mark mark) {
            if (mark.from().isAfter(until)) {
                return new Span(mark.from(), mark.until());
            }
            return new Span(from, until.isAfter(mark.until()) ? until : mark.until());
        }
    }

    /** @param length of a window */
    Merger(Profiles profiles, Judge judge, Duration length) {
        this.profiles = profiles;
        this.judge = judge;
        this.length = length;
    }

    /** Takes in a message. Returns the windows that are whole now, oldest first. */
    List<JudgedWindow> accept(WindowMessage message) {
        return switch (message) {
            case WindowMessage.Partial(var model, var start, var itsLength, int lane, byte[] counts) -> {
                // A lane's window that comes again after all were put together says nothing new, and one of another
                // length was
                // counted before the setting was changed.
                if (!start.isBefore(judgedUntil) && itsLength.equals(length)) {
                    pending.computeIfAbsent(new Window(start, model), _ -> new TreeMap<>())
                            .put(lane, counts);
                    giveUpOldest();
                }
                yield List.of();
            }
            case WindowMessage.Mark mark -> {
                var span = whole.get(mark.lane());
                whole.put(mark.lane(), span == null ? Span.ofFirst(mark) : span.and(mark));
                yield whole.size() < mark.lanes() ? List.of() : judged();
            }
        };
    }

    /** A lane that stands must not take the memory of all. */
    private void giveUpOldest() {
        while (pending.size() > MOST || (bytes() > MOST_BYTES && !isOne())) {
            var start = pending.firstKey().start();
            pending.keySet().removeIf(window -> window.start().equals(start));
            judgedUntil = start.plus(length);
            LOGGER.atWarn().addKeyValue("start", start).log("window not judged: a lane is too far behind");
        }
    }

    private long bytes() {
        return pending.values().stream()
                .flatMap(lanes -> lanes.values().stream())
                .mapToLong(counts -> counts.length)
                .sum();
    }

    /** Of any models. */
    private boolean isOne() {
        return pending.firstKey().start().equals(pending.lastKey().start());
    }

    private List<JudgedWindow> judged() {
        var from = whole.values().stream()
                .map(Span::from)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        var until = whole.values().stream()
                .map(Span::until)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        var judged = new ArrayList<JudgedWindow>();
        while (!pending.isEmpty() && !pending.firstKey().start().plus(length).isAfter(until)) {
            var next = pending.pollFirstEntry();
            // What began before all lanes were read is not whole.
            if (!next.getKey().start().isBefore(from)) {
                judge(next.getKey(), next.getValue().values(), judged);
            }
        }
        judgedUntil = until.isAfter(judgedUntil) ? until : judgedUntil;
        return judged;
    }

    private void judge(Window window, Iterable<byte[]> lanes, List<JudgedWindow> judged) {
        var profile = profiles.of(window.model()).orElse(null);
        if (profile == null) {
            return;
        }
        var counts = new WindowCounts(profile);
        for (byte[] lane : lanes) {
            try {
                counts.merge(WindowCounts.ofBytes(lane, profile));
            } catch (IOException e) {
                // Another profile under the same name: the window is not whole, so nothing is said of it.
                LOGGER.atWarn()
                        .addKeyValue("model", window.model())
                        .addKeyValue("start", window.start())
                        .addKeyValue("reason", e.getMessage())
                        .log("window not judged");
                return;
            }
        }
        var report = judge.report(window.model(), window.start(), window.start().plus(length), counts);
        judged.add(new JudgedWindow(report, counts.histograms()));
    }
}
