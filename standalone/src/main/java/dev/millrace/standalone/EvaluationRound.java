package dev.millrace.standalone;

import dev.millrace.contract.UploadResult;
import dev.millrace.model.Precision;
import dev.millrace.models.evaluation.CorpusMail;
import dev.millrace.models.evaluation.EvaluationReport;
import dev.millrace.models.evaluation.ReferencePredictions;
import dev.millrace.models.evaluation.ScoredMail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** Holds the suite's answers for labelled mails against the training program's. Not thread-safe. */
final class EvaluationRound {
    private static final int SHOWN = 10;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Map<Served, List<ScoredMail>> scored = new TreeMap<>();
    private final Map<Served, ReferencePredictions> references = new HashMap<>();
    private final List<String> differences = new ArrayList<>();
    private double greatest;
    private int answers;

    /** What answered: a version of a model, on an encoder in one precision. */
    private record Served(String model, String version, Precision precision) implements Comparable<Served> {
        @Override
        public int compareTo(Served other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return "%s/%s on the encoder in %s".formatted(model, version, precision.text());
        }
    }

    /** @param json the result of the mail's upload */
    void answered(CorpusMail mail, String json) {
        answers++;
        var result = JSON.readValue(json, UploadResult.class);
        var model = result.model();
        var encoder = result.encoder();
        if (result.score() == null || result.threshold() == null || model == null || encoder == null) {
            var error = result.error();
            differences.add("%s: %s %s".formatted(mail.id(), result.status(), error == null ? "" : error.detail()));
            return;
        }
        var served = new Served(
                model.name(),
                model.version(),
                Precision.valueOf(encoder.precision().toUpperCase(Locale.ROOT)));
        scored.computeIfAbsent(served, key -> new ArrayList<>())
                .add(new ScoredMail(mail.id(), mail.group(), mail.isSpam(), result.score()));
        compare(mail, result.score(), result.threshold(), String.valueOf(result.label()), served);
    }

    private void compare(CorpusMail mail, double score, double threshold, String label, Served served) {
        var reference = references.computeIfAbsent(
                served, key -> ReferencePredictions.load(key.model(), key.version(), key.precision()));
        var expected = reference.byId().get(mail.id());
        if (expected == null) {
            differences.add("%s: the training program has not scored it".formatted(mail.id()));
            return;
        }
        String expectedLabel = expected.score() >= threshold ? CorpusMail.SPAM : CorpusMail.HAM;
        double distance = Math.abs(score - expected.score());
        greatest = Math.max(greatest, distance);
        double tolerance = tolerance(served.precision());
        String ownLabel = score >= threshold ? CorpusMail.SPAM : CorpusMail.HAM;
        if (!label.equals(ownLabel) || distance > tolerance) {
            differences.add("%s: %s %.4f (expected: %s %.4f)"
                    .formatted(mail.id(), label, score, expectedLabel, expected.score()));
        }
    }

    /**
     * How far a served score may be from the one that was measured. In bf16 the order of a sum, and so the processor, tells in the
     * third digit: two Xeons, one with AMX, were 0.0082 apart at the most.
     */
    private static double tolerance(Precision precision) {
        return precision == Precision.FP32 ? 0.001 : 0.01;
    }

    /** Whether every mail was answered, and as the training program says. */
    boolean agrees() {
        return answers > 0 && differences.isEmpty();
    }

    String report() {
        var text = new StringBuilder();
        scored.forEach((served, mails) -> text.append(served)
                .append(":\n\n")
                .append(EvaluationReport.of(mails, 0.5).toMarkdown())
                .append('\n'));
        text.append("%d answers; scores differ from the training program's by at most %.1e; %d are not as expected"
                .formatted(answers, greatest, differences.size()));
        differences.stream().limit(SHOWN).forEach(difference -> text.append("\n  ")
                .append(difference));
        if (differences.size() > SHOWN) {
            text.append("\n  … and ").append(differences.size() - SHOWN).append(" more");
        }
        return text.toString();
    }
}
