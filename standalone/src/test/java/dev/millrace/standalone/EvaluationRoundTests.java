package dev.millrace.standalone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.UploadResult;
import dev.millrace.model.Precision;
import dev.millrace.models.evaluation.CorpusMail;
import dev.millrace.models.evaluation.ReferencePredictions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class EvaluationRoundTests {
    private final double measured = requireNonNull(ReferencePredictions.load("spam", "2", Precision.FP32)
                    .byId()
                    .get("spam-1/00001"))
            .score();
    private final String measuredLabel = measured >= 0.5 ? "spam" : "ham";
    private final EvaluationRound round = new EvaluationRound();

    @Test
    void takesAnAnswerThatCameAtOnce() {
        String cached = result(measuredLabel, measured, "fp32")
                .replaceFirst("\"publishedAt\":\"[^\"]*\",\"hops\":\\[.*?]", "\"cached\":true");
        assertThat(cached).contains("cached").doesNotContain("hops");

        round.answered(mail("spam-1", 1), cached);

        assertThat(round.agrees()).isTrue();
    }

    @Test
    void agreesWhereAnswersAreAsTheTrainingProgramSays() {
        round.answered(mail("spam-1", 1), result(measuredLabel, measured, "fp32"));

        assertThat(round.agrees()).isTrue();
        assertThat(round.report()).contains("spam/2 on the encoder in fp32", "| spam-1 | 1 |", "0 are not as expected");
    }

    @Test
    void disagreesWhereAScoreIsTooFarOff() {
        round.answered(mail("spam-1", 1), result(measuredLabel, Math.abs(measured - 0.002), "fp32"));

        assertThat(round.agrees()).isFalse();
        assertThat(round.report()).contains("spam-1/00001: ");
    }

    @Test
    void disagreesWhereTheLabelIsAnother() {
        round.answered(mail("spam-1", 1), result(measuredLabel.equals("spam") ? "ham" : "spam", measured, "fp32"));

        assertThat(round.agrees()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.008, true", "0.012, false"})
    void letsTheProcessorTellInBf16(double off, boolean agrees) {
        double expected = requireNonNull(ReferencePredictions.load("spam", "2", Precision.BF16)
                        .byId()
                        .get("spam-1/00001"))
                .score();

        round.answered(mail("spam-1", 1), result(measuredLabel, Math.abs(expected - off), "bf16"));

        assertThat(round.agrees()).isEqualTo(agrees);
    }

    @Test
    void disagreesWhereAnUploadFailed() {
        round.answered(mail("spam-1", 1), result(null, null, "fp32"));

        assertThat(round.agrees()).isFalse();
        assertThat(round.report()).contains("FAILED");
    }

    @Test
    void disagreesWhereNothingWasAnswered() {
        assertThat(round.agrees()).isFalse();
    }

    @Test
    void showsAFewOfManyDifferences() {
        IntStream.range(0, 30).forEach(i -> round.answered(mail("spam-1", 1), result(null, null, "fp32")));

        assertThat(round.report()).contains("30 are not as expected", "and 20 more");
    }

    @Test
    void spreadsALimitedNumberOverTheCorpus() {
        List<CorpusMail> mails =
                IntStream.range(0, 10).mapToObj(i -> mail("g", i)).toList();

        assertThat(EvalCommand.spread(mails, 3)).extracting(CorpusMail::number).containsExactly(0, 3, 6);
        assertThat(EvalCommand.spread(mails, 50)).isEqualTo(mails);
        assertThat(EvalCommand.spread(mails, null)).isEqualTo(mails);
    }

    private static CorpusMail mail(String group, int number) {
        String id = "%s/%05d".formatted(group, number);
        return new CorpusMail(id, group, number, group.startsWith("spam") ? "spam" : "ham", Path.of(id));
    }

    private static String result(@Nullable String label, @Nullable Double score, String precision) {
        var status = label == null ? UploadResult.Status.FAILED : UploadResult.Status.SUCCEEDED;
        return JsonMapper.shared()
                .writeValueAsString(new UploadResult(
                        UUID.fromString("019ab000-0000-7000-8000-000000000001"),
                        1,
                        "spam",
                        status,
                        label,
                        score,
                        score == null ? null : 0.5,
                        new UploadResult.Model("spam", "2", "0".repeat(64), "fp32"),
                        new UploadResult.Model("all-MiniLM-L6-v2", "1", "0".repeat(64), precision),
                        null,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        List.of(),
                        null));
    }
}
