package dev.millrace.drift.embedding;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with numpy's and scipy's values in {@code golden.json}, which {@code golden.py} made. */
class EmbeddingGoldenTests {
    @ParameterizedTest
    @MethodSource("frechet")
    void givesTheDistanceThatTheRootOfTheProductGives(JsonNode golden) {
        double distance = FrechetDistance.between(rows(golden.get("first")), rows(golden.get("second")));

        double expected = golden.get("distance").asDouble();
        assertThat(distance).isCloseTo(expected, within(1e-9 * expected));
    }

    @ParameterizedTest
    @MethodSource("eigenvalues")
    void givesNumpysEigenvalues(JsonNode golden) {
        double[] eigenvalues = Symmetric.eigenvalues(golden.get("matrix")
                .valueStream()
                .map(EmbeddingGoldenTests::numbers)
                .toArray(double[][]::new));

        Arrays.sort(eigenvalues);
        double[] expected = numbers(golden.get("eigenvalues"));
        double greatest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        assertThat(eigenvalues).containsExactly(expected, within(1e-12 * greatest + 1e-300));
    }

    @ParameterizedTest
    @MethodSource("tails")
    void isWithinAnEighthOfTheTailHoweverFarOut(JsonNode golden) {
        double survival = WeightedChiSquares.survival(
                numbers(golden.get("weights")), golden.get("value").asDouble());

        double expected = golden.get("survival").asDouble();
        assertThat(survival).isCloseTo(expected, within(0.125 * expected));
    }

    private static Stream<Named<JsonNode>> frechet() throws IOException {
        return cases("frechet");
    }

    private static Stream<Named<JsonNode>> eigenvalues() throws IOException {
        return cases("eigenvalues");
    }

    private static Stream<Named<JsonNode>> tails() throws IOException {
        return cases("tails");
    }

    private static Stream<Named<JsonNode>> cases(String kind) throws IOException {
        try (var in = requireNonNull(EmbeddingGoldenTests.class.getResourceAsStream("golden.json"))) {
            return JsonMapper.builder()
                    .build()
                    .readTree(in)
                    .get(kind)
                    .valueStream()
                    .map(node -> Named.of(node.get("name").asString(), node));
        }
    }

    private static float[][] rows(JsonNode list) {
        return list.valueStream()
                .map(row -> {
                    double[] values = numbers(row);
                    var floats = new float[values.length];
                    for (int i = 0; i < floats.length; i++) {
                        floats[i] = (float) values[i];
                    }
                    return floats;
                })
                .toArray(float[][]::new);
    }

    private static double[] numbers(JsonNode list) {
        return list.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }
}
