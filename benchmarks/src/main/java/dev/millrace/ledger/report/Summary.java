package dev.millrace.ledger.report;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A report as text for a terminal. */
public final class Summary {
    private static final int SHOWN = 10;

    private Summary() {}

    public static String of(LedgerReport report) {
        var text = new StringBuilder();
        var verdict = report.verdict();
        line(
                text,
                "uploads    %,d posted, %,d accepted, %,d unknown (%,d of them have a result), %,d refused",
                verdict.posted(),
                verdict.accepted(),
                verdict.unknown(),
                verdict.unknownAnswered(),
                verdict.refused());
        line(
                text,
                "           %.1f a second for %.0f s%s; %,d different texts; seed %d",
                report.rate(),
                report.length(),
                report.capacity() == null
                        ? ""
                        : String.format(Locale.ROOT, ", of a capacity of %.0f", report.capacity()),
                report.texts(),
                report.seed());
        line(
                text,
                "results    %,d committed %s, %,d aborted; collector wrote %,d uploads more than once",
                verdict.results(),
                verdict.statuses(),
                verdict.aborted(),
                verdict.repeatedUploads());
        line(text, "           %,d pairs of one key had to be in order", verdict.orderedPairs());
        line(text, "latency    %s, with all faults", latency(report.latency()));
        line(text, "           %s, when calm", latency(report.calm()));
        text.append('\n');
        faults(text, report);
        text.append('\n');
        anomalies(text, report);
        return text.toString();
    }

    private static void faults(StringBuilder text, LedgerReport report) {
        line(
                text,
                "%3s  %-62s %7s %8s %11s %12s %12s %12s",
                "",
                "fault",
                "at",
                "down",
                "recovered",
                "p99 before",
                "p99 during",
                "p99 after");
        for (var fault : report.faults()) {
            line(
                    text,
                    "%3d  %-62s %5.0f s %6.1f s %11s %9.0f ms %9.0f ms %9.0f ms",
                    fault.number(),
                    fault.fault(),
                    fault.at(),
                    fault.down(),
                    seconds(fault.recovered()),
                    fault.before().p99(),
                    fault.during().p99(),
                    fault.after().p99());
            if (fault.problem() != null) {
                line(text, "     %s", fault.problem());
            }
        }
        exits(text, report);
        if (report.faults().size() < report.faultsPlanned()) {
            line(
                    text,
                    "     %d of %d faults struck before the uploads were over",
                    report.faults().size(),
                    report.faultsPlanned());
        }
    }

    private static void exits(StringBuilder text, LedgerReport report) {
        var exits = values(report, FaultEffect::exit);
        if (!exits.isEmpty()) {
            line(
                    text,
                    "     %d asked to end took %.1f s at the median, %.1f s at most (limit: %.0f s)",
                    exits.size(),
                    exits.get(exits.size() / 2),
                    exits.getLast(),
                    FaultEffect.LONGEST_EXIT);
        }
        var notices = values(report, FaultEffect::notice);
        if (!notices.isEmpty()) {
            line(text, "     collector was not ready %.3f s or more before it refused a request", notices.getFirst());
        }
    }

    /** In rising order. */
    private static List<Double> values(LedgerReport report, Function<FaultEffect, @Nullable Double> value) {
        return report.faults().stream()
                .map(value)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .sorted()
                .toList();
    }

    private static void anomalies(StringBuilder text, LedgerReport report) {
        report.verdict()
                .counts()
                .forEach((kind, count) -> line(
                        text,
                        "  %-13s %6d   %s",
                        kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        count,
                        kind.meaning()));
        report.verdict().anomalies().stream()
                .limit(SHOWN)
                .forEach(anomaly -> line(text, "  %s %s: %s", anomaly.kind(), anomaly.upload(), anomaly.detail()));
        if (!report.failure().isEmpty()) {
            line(text, "%nThe run came to an early end: %s", report.failure());
        }
    }

    private static String latency(Latency latency) {
        return String.format(
                Locale.ROOT,
                "p50 %.0f ms, p90 %.0f ms, p99 %.0f ms, max %.0f ms",
                latency.p50(),
                latency.p90(),
                latency.p99(),
                latency.max());
    }

    static String seconds(@Nullable Double seconds) {
        return seconds == null ? "not yet" : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
