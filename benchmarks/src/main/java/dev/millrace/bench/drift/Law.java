package dev.millrace.bench.drift;

import static dev.millrace.bench.drift.Detector.CHI_SQUARE;
import static dev.millrace.bench.drift.Detector.COMBINED;
import static dev.millrace.bench.drift.Detector.GRID;
import static dev.millrace.bench.drift.Detector.KOLMOGOROV_SMIRNOV;
import static dev.millrace.bench.drift.Detector.MANN_WHITNEY;
import static dev.millrace.bench.drift.Detector.MOOD;
import static dev.millrace.bench.drift.Detector.STABILITY_INDEX;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/** How a series is spread. */
public enum Law {
    NORMAL("normal", z -> z, numeric()),
    LOG_NORMAL("log-normal", Math::exp, numeric()),
    TIES("heavy ties", z -> Math.rint(2 * z), List.of(COMBINED, GRID, KOLMOGOROV_SMIRNOV, MANN_WHITNEY, MOOD)),
    THREE("3 categories", category(3), List.of(CHI_SQUARE)),
    TEN("10 categories", category(10), List.of(CHI_SQUARE)),
    FIFTY("50 categories", category(50), List.of(CHI_SQUARE));

    private final String title;
    private final DoubleUnaryOperator value;
    private final List<Detector> detectors;

    Law(String title, DoubleUnaryOperator value, List<Detector> detectors) {
        this.title = title;
        this.value = value;
        this.detectors = detectors;
    }

    public String title() {
        return title;
    }

    public List<Detector> detectors() {
        return detectors;
    }

    /** Rows, each made of a normal number with this mean and standard deviation. */
    double[] sample(SplittableRandom random, int rows, double mean, double deviation) {
        var sample = new double[rows];
        for (int i = 0; i < rows; i++) {
            sample[i] = value.applyAsDouble(mean + deviation * random.nextGaussian());
        }
        return sample;
    }

    private static List<Detector> numeric() {
        return List.of(COMBINED, GRID, KOLMOGOROV_SMIRNOV, MANN_WHITNEY, MOOD, STABILITY_INDEX);
    }

    /** Uneven categories: the outer ones hold few rows. */
    private static DoubleUnaryOperator category(int count) {
        return z -> Math.clamp(Math.floor((z + 2.5) / 5 * count), 0, count - 1.0);
    }
}
