package dev.millrace.ledger.report;

import dev.millrace.ledger.report.LedgerReport.Second;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Latency and backlog over time, as SVG, with the faults behind them. Both scales are logarithmic. */
final class Chart {
    private static final double WIDTH = 1100;
    private static final double LEFT = 58;
    private static final double RIGHT = WIDTH - 22;
    private static final Panel LATENCY = new Panel(24, 300, 1, 100_000);
    private static final Panel BACKLOG = new Panel(330, 440, 1, 10_000);
    private static final int TICKS = 12;

    private final double length;
    private final StringBuilder svg = new StringBuilder();

    private Chart(double length) {
        this.length = Math.max(1, length);
    }

    /** Where a scale is drawn, and what of. */
    private record Panel(double top, double bottom, double least, double most) {
        double y(double value) {
            double share = Math.log(Math.clamp(value, least, most) / least) / Math.log(most / least);
            return bottom - share * (bottom - top);
        }
    }

    static String of(LedgerReport report) {
        return new Chart(Math.max(report.length(), report.timeline().size())).draw(report);
    }

    private String draw(LedgerReport report) {
        add("<svg viewBox=\"0 0 %.0f 470\" role=\"img\" aria-label=\"Latency and backlog over time\">", WIDTH);
        for (var fault : report.faults()) {
            double from = x(fault.at());
            double to = Math.max(from + 2, x(fault.at() + fault.down()));
            add(
                    "<g><title>%d: %s, %.1f s down</title>",
                    fault.number(), HtmlReport.escape(fault.fault()), fault.down());
            add(
                    "<rect class=\"band %s\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\"/>",
                    family(fault.kind()), from, LATENCY.top(), to - from, BACKLOG.bottom() - LATENCY.top());
            add(
                    "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%d</text></g>",
                    (from + to) / 2, LATENCY.top() - 6, fault.number());
        }
        for (int millis = 1; millis <= LATENCY.most(); millis *= 10) {
            line(LATENCY, millis, millis < 1000 ? millis + " ms" : millis / 1000 + " s");
        }
        for (int uploads = 1; uploads <= BACKLOG.most(); uploads *= 10) {
            line(BACKLOG, uploads, "%,d".formatted(uploads));
        }
        times();
        path("wait", BACKLOG, report.timeline(), Second::backlog);
        path("p99", LATENCY, report.timeline(), second -> second.latency().p99());
        path("p50", LATENCY, report.timeline(), second -> second.latency().p50());
        return svg.append("</svg>").toString();
    }

    /** Faults of one family have one colour: {@code kill} of {@code kill-redis}. */
    private static String family(String kind) {
        return kind.split("-", 2)[0];
    }

    private double x(double seconds) {
        return LEFT + Math.min(seconds, length) / length * (RIGHT - LEFT);
    }

    private void line(Panel panel, double value, String label) {
        double y = panel.y(value);
        add("<line class=\"grid\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, RIGHT, y, y);
        add("<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", LEFT - 8, y + 4, label);
    }

    private void times() {
        double step = Math.max(1, Math.ceil(length / TICKS / 10) * 10);
        for (double seconds = 0; seconds <= length; seconds += step) {
            add(
                    "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%.0f s</text>",
                    x(seconds), BACKLOG.bottom() + 18, seconds);
        }
    }

    /** A line through the seconds in which there was something to measure. */
    private void path(String name, Panel panel, List<Second> seconds, ToDoubleFunction<Second> value) {
        add("<polyline class=\"%s\" points=\"", name);
        for (var second : seconds) {
            if (second.latency().count() > 0 || name.equals("wait")) {
                add("%.1f,%.1f ", x(second.second() + 0.5), panel.y(value.applyAsDouble(second)));
            }
        }
        svg.append("\"/>");
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments));
    }
}
