package dev.millrace.bench;

import dev.millrace.contract.Hop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Where the time between acceptance and result goes, by what results say of their way. */
final class HopFigures {
    private HopFigures() {}

    /** The time in each service, and between it and the one before. */
    static void add(List<List<Hop>> all, String variant, Figures figures) {
        int length = all.stream().mapToInt(List::size).max().orElse(0);
        var whole = all.stream().filter(hops -> hops.size() == length).toList();
        for (int i = 0; i < length; i++) {
            var inside = new ArrayList<Duration>();
            var before = new ArrayList<Duration>();
            for (var hops : whole) {
                var hop = hops.get(i);
                inside.add(Duration.between(hop.receivedAt(), hop.sentAt()));
                if (i > 0) {
                    before.add(Duration.between(hops.get(i - 1).sentAt(), hop.receivedAt()));
                }
            }
            String service = whole.getFirst().get(i).service();
            if (i > 0) {
                figures.add("way to " + service + ", p50", variant, "ms", percentile(before, 50));
                figures.add("way to " + service + ", p99", variant, "ms", percentile(before, 99));
            }
            figures.add("in " + service + ", p50", variant, "ms", percentile(inside, 50));
            figures.add("in " + service + ", p99", variant, "ms", percentile(inside, 99));
        }
    }

    private static double percentile(List<Duration> times, double percent) {
        var histogram = new Histogram(3);
        times.forEach(time -> histogram.recordValue(Math.max(0, time.toNanos()) / 1000));
        return histogram.getValueAtPercentile(percent) / 1000.0;
    }
}
