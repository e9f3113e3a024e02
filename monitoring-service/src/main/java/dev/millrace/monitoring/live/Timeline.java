package dev.millrace.monitoring.live;

import dev.millrace.monitoring.Overview;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;

/** The last ten minutes, so that a page that is opened has something to show. Safe to share between threads. */
final class Timeline {
    private static final int EVERY_SECONDS = 5;
    private static final int POINTS = 120;

    private final Supplier<Overview> overviews;
    private final Deque<Point> points = new ArrayDeque<>();

    Timeline(Supplier<Overview> overviews) {
        this.overviews = overviews;
    }

    /**
     * One moment.
     *
     * @param accepted uploads a second
     * @param published results a second
     * @param p50 median time from acceptance to result in milliseconds, or null if there was none
     * @param p99 likewise
     * @param waiting uploads without a result, or null while Kafka cannot be asked
     * @param oldest how long the first of them has waited, in seconds, or null likewise
     */
    record Point(
            Instant at,
            double accepted,
            double published,
            @Nullable Double p50,
            @Nullable Double p99,
            @Nullable Long waiting,
            @Nullable Double oldest) {
        static Point of(Overview overview) {
            boolean known =
                    overview.lanes().problem() == null && overview.lanes().at() != null;
            var lanes = overview.lanes().lanes();
            double oldest = 0;
            long waiting = 0;
            for (var lane : lanes) {
                waiting += lane.behind();
                var since = lane.oldestAcceptedAt();
                if (since != null) {
                    oldest = Math.max(
                            oldest, Duration.between(since, overview.at()).toMillis() / 1000.0);
                }
            }
            return new Point(
                    overview.at(),
                    overview.stages().getFirst().perSecond(),
                    overview.stages().getLast().perSecond(),
                    overview.endToEnd().p50(),
                    overview.endToEnd().p99(),
                    known ? waiting : null,
                    known ? oldest : null);
        }
    }

    @Scheduled(fixedDelay = EVERY_SECONDS * 1000)
    void look() {
        add(Point.of(overviews.get()));
    }

    private synchronized void add(Point point) {
        if (points.size() == POINTS) {
            points.removeFirst();
        }
        points.addLast(point);
    }

    /** Oldest first, five seconds apart. */
    synchronized List<Point> points() {
        return List.copyOf(points);
    }
}
