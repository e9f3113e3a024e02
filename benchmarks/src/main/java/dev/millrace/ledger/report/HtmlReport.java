package dev.millrace.ledger.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A report as one page that needs nothing else: no script, no request. */
public final class HtmlReport {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z]+)}");
    private static final int EXAMPLES = 50;

    private HtmlReport() {}

    public static String of(LedgerReport report) {
        var parts = Map.of(
                "seed", Long.toString(report.seed()),
                "subtitle",
                        escape("%s, %,d uploads, %d faults, seed %d"
                                .formatted(
                                        report.beganAt().truncatedTo(ChronoUnit.SECONDS),
                                        report.records(),
                                        report.faults().size(),
                                        report.seed())),
                "tone", report.isClean() ? "clean" : "broken",
                "verdict", escape(verdict(report)),
                "facts", facts(report),
                "chart", Chart.of(report),
                "faults", faults(report),
                "anomalies", anomalies(report),
                "examples", examples(report),
                "settings", settings(report));
        return PLACE.matcher(template())
                .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(parts.get(place.group(1)))));
    }

    private static String verdict(LedgerReport report) {
        if (!report.failure().isEmpty()) {
            return "The run came to an early end: " + report.failure();
        }
        int anomalies = report.verdict().anomalies().size();
        if (anomalies > 0) {
            return "%,d anomalies".formatted(anomalies);
        }
        return report.isClean()
                ? "Every accepted upload has exactly one result, in order, and no fault changed that."
                : "%d of %d faults struck; of those that did, none did harm."
                        .formatted(report.faults().size(), report.faultsPlanned());
    }

    private static String facts(LedgerReport report) {
        var verdict = report.verdict();
        var facts = new LinkedHashMap<String, String>();
        facts.put("accepted", "%,d".formatted(verdict.accepted()));
        facts.put("results", "%,d".formatted(verdict.results()));
        facts.put(
                "outcome not known to the client",
                "%,d (%,d with a result)".formatted(verdict.unknown(), verdict.unknownAnswered()));
        facts.put("records of aborted transactions", "%,d".formatted(verdict.aborted()));
        facts.put("uploads written more than once", "%,d".formatted(verdict.repeatedUploads()));
        facts.put(
                "p50 / p99 when calm",
                "%s / %s"
                        .formatted(
                                millis(report.calm().p50()),
                                millis(report.calm().p99())));
        facts.put(
                "p50 / p99 with all faults",
                "%s / %s"
                        .formatted(
                                millis(report.latency().p50()),
                                millis(report.latency().p99())));
        facts.put(
                "uploads a second",
                "%.1f".formatted(report.rate())
                        + (report.capacity() == null ? "" : " of %.0f".formatted(report.capacity())));
        return facts.entrySet().stream()
                .map(fact ->
                        "<div><dt>%s</dt><dd>%s</dd></div>".formatted(escape(fact.getKey()), escape(fact.getValue())))
                .collect(Collectors.joining());
    }

    private static String faults(LedgerReport report) {
        return report.faults().stream()
                .map(fault -> row(
                        Integer.toString(fault.number()),
                        "@" + fault.fault()
                                + (fault.exit() == null ? "" : ", ended in %.1f s".formatted(fault.exit()))
                                + (fault.problem() == null ? "" : ": " + fault.problem()),
                        "%.0f s".formatted(fault.at()),
                        "%.1f s".formatted(fault.down()),
                        Summary.seconds(fault.recovered()),
                        Summary.seconds(fault.latencyRecovered()),
                        Summary.seconds(fault.backlogRecovered()),
                        both(fault.before()),
                        both(fault.during()),
                        both(fault.after())))
                .collect(Collectors.joining("\n"));
    }

    private static String anomalies(LedgerReport report) {
        return report.verdict().counts().entrySet().stream()
                .map(count -> row(
                        "@" + count.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        "%,d".formatted(count.getValue()),
                        "@" + count.getKey().meaning()))
                .collect(Collectors.joining("\n"));
    }

    private static String examples(LedgerReport report) {
        var anomalies = report.verdict().anomalies();
        if (anomalies.isEmpty()) {
            return "";
        }
        return anomalies.stream()
                .limit(EXAMPLES)
                .map(anomaly -> row("@" + anomaly.kind(), "@" + anomaly.upload(), "@" + anomaly.detail()))
                .collect(Collectors.joining(
                        "\n",
                        "<h2>The first of them</h2><div class=\"wide\"><table><tbody>",
                        "</tbody></table></div>"));
    }

    private static String settings(LedgerReport report) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("seed", Long.toString(report.seed()));
        settings.put(
                "different texts",
                "%,d (%d %% of the uploads were to carry a new one)".formatted(report.texts(), report.fresh()));
        settings.put("results", report.verdict().statuses().toString());
        settings.put(
                "pairs of one key that had to be in order",
                "%,d".formatted(report.verdict().orderedPairs()));
        settings.put("length", "%.0f s".formatted(report.length()));
        settings.putAll(report.versions());
        settings.putAll(report.machine());
        return settings.entrySet().stream()
                .map(setting -> row("@" + setting.getKey(), "@" + setting.getValue()))
                .collect(Collectors.joining("\n"));
    }

    /** A row of a table; a cell that begins with {@code @} is text, any other a number. */
    private static String row(String... cells) {
        var row = new StringBuilder("<tr>");
        for (String cell : cells) {
            boolean text = cell.startsWith("@");
            row.append(text ? "<td class=\"text\">" : "<td>")
                    .append(escape(text ? cell.substring(1) : cell))
                    .append("</td>");
        }
        return row.append("</tr>").toString();
    }

    private static String both(Latency latency) {
        return latency.count() == 0 ? "none" : number(latency.p50()) + " / " + number(latency.p99());
    }

    private static String number(double millis) {
        return String.format(Locale.ROOT, "%,.0f", millis);
    }

    private static String millis(double millis) {
        return number(millis) + " ms";
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String template() {
        try (var in = HtmlReport.class.getResourceAsStream("page.html")) {
            return new String(Objects.requireNonNull(in, "page.html").readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("page.html", e);
        }
    }
}
