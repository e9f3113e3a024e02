package dev.millrace.model;

import static dev.millrace.model.Precision.BF16;
import static dev.millrace.model.Precision.FP32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.model.ModelDescriptor.Quality;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no model; that it measures is tested where the encoder is built. */
class PrecisionChoiceTests {
    private static final Set<Precision> BOTH = EnumSet.allOf(Precision.class);
    private static final Quality GOOD = new Quality(0.995, 0.98, 0.97, 0.995);

    private static ModelDescriptor model(Map<Precision, String> weights, Map<Precision, Quality> quality) {
        var encoder = new ModelDescriptor.Encoder(384, 512, "tokenizer.json", 0, 100, quality);
        return new ModelDescriptor("encoder", "1", "", encoder, null, weights, new TreeMap<>());
    }

    private static final Map<Precision, String> WEIGHTS = Map.of(FP32, "a.pt", BF16, "b.pt");

    @Test
    void choosesBetweenAllThatTheProcessorComputesInAndThatAreGoodEnough() {
        assertThat(PrecisionChoice.candidates(model(WEIGHTS, Map.of(BF16, GOOD)), BOTH))
                .containsExactly(FP32, BF16);
        assertThat(PrecisionChoice.candidates(model(WEIGHTS, Map.of(BF16, GOOD)), Set.of(FP32)))
                .containsExactly(FP32);
        assertThat(PrecisionChoice.candidates(model(WEIGHTS, Map.of()), BOTH)).containsExactly(FP32);
    }

    @ParameterizedTest
    @CsvSource({"0.994,0.98,0.97,0.995", "0.995,0.979,0.97,0.995", "0.995,0.98,0.969,0.995", "0.995,0.98,0.97,0.994"})
    void leavesOutWhatIsNotGoodEnough(double median, double worst, double neighbours, double labels) {
        var quality = new Quality(median, worst, neighbours, labels);

        assertThat(PrecisionChoice.candidates(model(WEIGHTS, Map.of(BF16, quality)), BOTH))
                .containsExactly(FP32);
    }

    @Test
    void takesAModelInWhatItComesInIfThatIsAllThereIs() {
        assertThat(PrecisionChoice.candidates(model(Map.of(BF16, "b.pt"), Map.of()), Set.of(FP32)))
                .containsExactly(BF16);
    }

    @Test
    void takesTheFasterOneOnlyIfItIsClearlyFaster() {
        assertThat(PrecisionChoice.best(Map.of(FP32, 1000L, BF16, 1200L))).isEqualTo(BF16);
        assertThat(PrecisionChoice.best(Map.of(FP32, 1000L, BF16, 1199L))).isEqualTo(FP32);
        assertThat(PrecisionChoice.best(Map.of(BF16, 10L))).isEqualTo(BF16);
    }

    @Test
    void refusesAQualityThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Quality(1, 1, 97, 1))
                .withMessage("encoder.quality: 97.0 (expected: 0 to 1)");
    }
}
