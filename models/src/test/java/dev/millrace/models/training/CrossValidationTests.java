package dev.millrace.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.models.evaluation.CorpusMail;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CrossValidationTests {
    @Test
    void keepsRepeatsOfATextInOneFold() {
        var mails = IntStream.range(0, 40)
                .mapToObj(i -> mail("g", 2 * i, "text " + "x".repeat(i % 8)))
                .toList();

        int[] folds = CrossValidation.folds(mails);

        IntStream.range(0, 40).forEach(i -> assertThat(folds[i]).isEqualTo(folds[i % 8]));
    }

    @Test
    void givesEachFoldItsShareOfEachGroup() {
        var mails = Stream.of("a", "b")
                .flatMap(group -> IntStream.range(0, 50).mapToObj(i -> mail(group, i, "text " + group + "y".repeat(i))))
                .toList();

        int[] folds = CrossValidation.folds(mails);

        for (int fold = 0; fold < CrossValidation.FOLDS; fold++) {
            int wanted = fold;
            assertThat(Arrays.stream(folds, 0, 50).filter(f -> f == wanted)).hasSize(10);
            assertThat(Arrays.stream(folds, 50, 100).filter(f -> f == wanted)).hasSize(10);
        }
    }

    @Test
    void trainsOnNoTextThatIsHeldOut() {
        var mails = List.of(mail("g", 2, "Buy 5 now!"), mail("g", 4, "other"), mail("g", 1, "buy 7 NOW"));

        assertThat(TrainHeads.trainingHalf(mails))
                .extracting(mail -> mail.mail().number())
                .containsExactly(4);
    }

    private static EncodedMail mail(String group, int number, String text) {
        var mail = new CorpusMail(group + "/" + number, group, number, CorpusMail.HAM, Path.of("x"));
        return new EncodedMail(mail, new float[2], new float[1], text.length(), 3, 0, CorpusEncoder.textKey(text));
    }
}
