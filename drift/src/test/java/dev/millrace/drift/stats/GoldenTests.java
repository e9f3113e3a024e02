package dev.millrace.drift.stats;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares with scipy's values in {@code golden.json}, which {@code golden.py} made. */
class GoldenTests {
    private static final double STATISTIC = 1e-9;
    private static final double P_VALUE = 1e-6;

    @ParameterizedTest
    @MethodSource("numeric")
    void givesScipysValuesOfTwoSamples(JsonNode golden) {
        var counts = OrderedCounts.ofSamples(numbers(golden.get("reference")), numbers(golden.get("current")));

        assertSame(golden.get("ks"), KolmogorovSmirnov.test(counts));
        assertSame(golden.get("mannWhitney"), RankTests.mannWhitney(counts));
        if (golden.has("mood")) {
            assertSame(golden.get("mood"), RankTests.mood(counts));
        }
        if (golden.has("wasserstein")) {
            assertClose(Wasserstein.distance(counts), golden.get("wasserstein").asDouble(), STATISTIC);
        }
    }

    @ParameterizedTest
    @MethodSource("histograms")
    void givesScipysValuesOfTwoHistograms(JsonNode golden) {
        long[] reference = counts(golden.get("reference"));
        long[] current = counts(golden.get("current"));

        assertSame(golden.get("chiSquare"), Categories.chiSquare(reference, current));
        assertSame(golden.get("g"), Categories.g(reference, current));
        assertSame(golden.get("stability"), Divergences.stability(reference, current));
        assertClose(
                Divergences.jensenShannon(reference, current),
                golden.get("jensenShannon").asDouble(),
                STATISTIC);
        assertClose(
                Divergences.hellinger(reference, current),
                golden.get("hellinger").asDouble(),
                STATISTIC);
    }

    private static Stream<Named<JsonNode>> numeric() throws IOException {
        return cases("numeric");
    }

    private static Stream<Named<JsonNode>> histograms() throws IOException {
        return cases("histograms");
    }

    private static Stream<Named<JsonNode>> cases(String kind) throws IOException {
        try (var in = requireNonNull(GoldenTests.class.getResourceAsStream("golden.json"))) {
            return JsonMapper.builder()
                    .build()
                    .readTree(in)
                    .get(kind)
                    .valueStream()
                    .map(node -> Named.of(node.get("name").asString(), node));
        }
    }

    private static void assertSame(JsonNode golden, TestResult result) {
        assertClose(result.statistic(), golden.get(0).asDouble(), STATISTIC);
        assertClose(result.pValue(), golden.get(1).asDouble(), P_VALUE);
    }

    private static void assertClose(double actual, double expected, double relative) {
        assertThat(actual).isCloseTo(expected, within(relative * Math.abs(expected) + 1e-300));
    }

    private static double[] numbers(JsonNode list) {
        return list.valueStream().mapToDouble(node -> number(node.asString())).toArray();
    }

    private static double number(String text) {
        return switch (text) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private static long[] counts(JsonNode list) {
        return list.valueStream().mapToLong(JsonNode::asLong).toArray();
    }
}
