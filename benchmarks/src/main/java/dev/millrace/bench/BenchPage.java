package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.BenchReport.Track;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A report as one page that needs nothing else: no script, no request. */
public final class BenchPage {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z]+)}");
    private static final double WIDTH = 1000;
    private static final double HEIGHT = 150;
    private static final double LEFT = 60;

    private BenchPage() {}

    public static String of(BenchReport report) {
        var parts = Map.of(
                "title", escape(report.scenario()),
                "description", escape(report.description()),
                "subtitle",
                        escape("%s, load average %.2f"
                                .formatted(report.beganAt().truncatedTo(ChronoUnit.SECONDS), report.loadAverage())),
                "figures", report.figures().stream().map(BenchPage::row).collect(Collectors.joining("\n")),
                "tracks", report.timeline().stream().map(BenchPage::track).collect(Collectors.joining("\n")),
                "settings", terms(report.settings()) + terms(report.machine()) + terms(report.versions()));
        return PLACE.matcher(template())
                .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
    }

    private static String row(Figure figure) {
        return "<tr><td class=\"text\">%s</td><td class=\"text\">%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
                .formatted(
                        escape(figure.name()),
                        escape(figure.variant()),
                        number(figure.median()),
                        escape(figure.unit()),
                        figure.runs().size() == 1 ? "" : number(figure.least()) + " to " + number(figure.most()),
                        figure.runs().size() == 1 ? "" : dots(figure),
                        escape(figure.goal()));
    }

    /** Each run as a dot on a scale from 0 to the largest. */
    private static String dots(Figure figure) {
        double most = Math.max(figure.most(), 1e-9);
        var svg = new StringBuilder("<svg viewBox=\"0 0 160 16\" width=\"160\" height=\"16\" aria-hidden=\"true\">"
                + "<line class=\"grid\" x1=\"4\" x2=\"156\" y1=\"8\" y2=\"8\"/>");
        for (double run : figure.runs()) {
            svg.append(
                    format("<circle class=\"dot\" cx=\"%.1f\" cy=\"8\" r=\"3\"/>", 4 + 152 * Math.max(0, run) / most));
        }
        return svg.append("</svg>").toString();
    }

    private static String track(Track track) {
        double most = Math.max(
                1,
                track.values().stream()
                        .mapToDouble(Double::doubleValue)
                        .filter(Double::isFinite)
                        .max()
                        .orElse(1));
        int last = Math.max(1, track.values().size() - 1);
        var points = new StringBuilder();
        for (int i = 0; i < track.values().size(); i++) {
            double value = track.values().get(i);
            if (Double.isFinite(value)) {
                points.append(format(
                        "%.1f,%.1f ", LEFT + (WIDTH - LEFT - 10) * i / last, 10 + (HEIGHT - 40) * (1 - value / most)));
            }
        }
        return format(
                """
                <figure><figcaption>%s, %s</figcaption>
                <svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s over time">
                <line class="grid" x1="%.0f" x2="%.0f" y1="10" y2="10"/>
                <line class="grid" x1="%.0f" x2="%.0f" y1="%.0f" y2="%.0f"/>
                <text x="%.0f" y="14" text-anchor="end">%s</text><text x="%.0f" y="%.0f" text-anchor="end">0</text>
                <text x="%.0f" y="%.0f">0 s</text><text x="%.0f" y="%.0f" text-anchor="end">%.0f s</text>
                <polyline class="track" points="%s"/></svg></figure>""",
                escape(track.name()),
                escape(track.unit()),
                WIDTH,
                HEIGHT,
                escape(track.name()),
                LEFT,
                WIDTH - 10,
                LEFT,
                WIDTH - 10,
                HEIGHT - 30,
                HEIGHT - 30,
                LEFT - 8,
                number(most),
                LEFT - 8,
                HEIGHT - 26,
                LEFT,
                HEIGHT - 10,
                WIDTH - 10,
                HEIGHT - 10,
                track.step() * last,
                points);
    }

    private static String terms(Map<String, String> terms) {
        return terms.entrySet().stream()
                .map(term -> "<dt>%s</dt><dd>%s</dd>".formatted(escape(term.getKey()), escape(term.getValue())))
                .collect(Collectors.joining("\n"));
    }

    /** Three digits, as many as runs can be told apart by. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "none";
        }
        double size = Math.abs(value);
        return format(size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String template() {
        try (var in = BenchPage.class.getResourceAsStream("page.html")) {
            return new String(Objects.requireNonNull(in, "page.html").readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("page.html", e);
        }
    }
}
