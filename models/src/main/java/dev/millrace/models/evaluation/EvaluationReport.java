package dev.millrace.models.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The figures over all mails and for each group.
 *
 * @param groups by the group's name
 */
public record EvaluationReport(Metrics all, SortedMap<String, Metrics> groups) {
    private static final String HEAD = """
            | group | mails | accuracy | precision | recall | F1 | ROC AUC | ECE | ham → ham | ham → spam | spam → ham | spam → spam |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    /**
     * Judges scores.
     *
     * @param threshold the score from which a mail is called spam
     */
    public static EvaluationReport of(List<ScoredMail> mails, double threshold) {
        var groups = new TreeMap<String, Metrics>();
        mails.stream()
                .collect(Collectors.groupingBy(ScoredMail::group))
                .forEach((group, scored) -> groups.put(group, Metrics.of(scored, threshold)));
        return new EvaluationReport(Metrics.of(mails, threshold), groups);
    }

    /** A table in Markdown, which a terminal shows as well. What is not defined for a group is a dash. */
    public String toMarkdown() {
        var text = new StringBuilder(HEAD);
        text.append(row("**all**", all));
        groups.forEach((group, metrics) -> text.append(row(group, metrics)));
        return text.toString();
    }

    private static String row(String name, Metrics metrics) {
        return "| %s | %d | %s | %s | %s | %s | %s | %s | %d | %d | %d | %d |\n"
                .formatted(
                        name,
                        metrics.count(),
                        figure(metrics.accuracy()),
                        figure(metrics.precision()),
                        figure(metrics.recall()),
                        figure(metrics.f1()),
                        figure(metrics.auc()),
                        figure(metrics.calibrationError()),
                        metrics.trueNegatives(),
                        metrics.falsePositives(),
                        metrics.falseNegatives(),
                        metrics.truePositives());
    }

    private static String figure(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
    }
}
