package dev.millrace.model;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which precision an encoder runs in on this machine, and what was measured to find out.
 *
 * @param encoder loaded and warm
 * @param reason {@code forced}, {@code measured}, or {@code only} if there was nothing to choose between
 * @param tokensPerSecond of processor time, of each precision that was measured
 */
public record PrecisionChoice(TextEncoder encoder, Reason reason, Map<Precision, Long> tokensPerSecond) {
    /** What another precision must gain on fp32 to be taken: unlike values are not worth a few percent, or a noisy minute. */
    private static final double LEAST_GAIN = 1.2;

    /**
     * Each precision in turn, so often; the best time counts, since whatever else the process does only adds to it. It is
     * the processor's time: on a busy machine a clock would tell who was interrupted, and replicas would choose unlike.
     */
    private static final int ROUNDS = 5;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final int MEASURED_TOKENS = 64;
    private static final int TEXTS_PER_WORKER = 4;

    /** Why a precision was taken. */
    public enum Reason {
        FORCED,
        MEASURED,
        ONLY
    }

    public PrecisionChoice {
        tokensPerSecond = Map.copyOf(tokensPerSecond);
    }

    /** Loads an encoder in a given precision; throws what {@link TextEncoder#load} does. */
    public static PrecisionChoice forced(StoredModel model, Precision precision, int maxTokens, int workers) {
        return new PrecisionChoice(warm(model, precision, maxTokens, workers), Reason.FORCED, Map.of());
    }

    /**
     * Loads an encoder in the fastest precision that the processor computes in and whose quality the model vouches for.
     * Takes a fraction of a second, and the time to load and try each.
     *
     * @throws ModelRepositoryException as {@link TextEncoder#load} does
     */
    public static PrecisionChoice measured(StoredModel model, int maxTokens, int workers) {
        var candidates = candidates(model.descriptor(), Precision.ofThisMachine());
        var encoders = new EnumMap<Precision, TextEncoder>(Precision.class);
        try {
            for (var precision : candidates) {
                encoders.put(precision, warm(model, precision, maxTokens, workers));
            }
            if (encoders.size() == 1) {
                return new PrecisionChoice(
                        requireNonNull(encoders.remove(candidates.iterator().next())), Reason.ONLY, Map.of());
            }
            var rates = measure(encoders, Math.min(maxTokens, MEASURED_TOKENS), workers);
            return new PrecisionChoice(requireNonNull(encoders.remove(best(rates))), Reason.MEASURED, rates);
        } finally {
            encoders.values().forEach(TextEncoder::close);
        }
    }

    /**
     * The precisions to choose between, at least one.
     *
     * @param machine what the processor computes in
     */
    static Set<Precision> candidates(ModelDescriptor descriptor, Set<Precision> machine) {
        var quality = descriptor.encoder() == null
                ? Map.<Precision, ModelDescriptor.Quality>of()
                : descriptor.encoder().quality();
        var candidates = EnumSet.noneOf(Precision.class);
        for (var precision : descriptor.weights().keySet()) {
            var own = quality.get(precision);
            boolean good = precision == Precision.FP32 || (own != null && own.isGood());
            if (good && machine.contains(precision)) {
                candidates.add(precision);
            }
        }
        // A model that comes in nothing else is run in what it comes in.
        return candidates.isEmpty()
                ? EnumSet.of(Collections.min(descriptor.weights().keySet()))
                : candidates;
    }

    /** The fastest, but fp32 if no other is clearly faster. */
    static Precision best(Map<Precision, Long> tokensPerSecond) {
        var fastest = Collections.max(tokensPerSecond.entrySet(), Map.Entry.comparingByValue());
        Long exact = tokensPerSecond.get(Precision.FP32);
        return exact == null || fastest.getValue() >= LEAST_GAIN * exact ? fastest.getKey() : Precision.FP32;
    }

    private static Map<Precision, Long> measure(Map<Precision, TextEncoder> encoders, int length, int workers) {
        var ids = new long[length];
        Arrays.fill(ids, 1);
        var texts = Collections.nCopies(TEXTS_PER_WORKER * workers, new TokenizedText(ids, length, 0));
        var rates = new EnumMap<Precision, Long>(Precision.class);
        for (int round = 0; round < ROUNDS; round++) {
            encoders.forEach((precision, encoder) -> {
                long begun = PROCESS.getProcessCpuTime();
                encoder.encode(texts);
                long took = Math.max(1, PROCESS.getProcessCpuTime() - begun);
                rates.merge(precision, texts.size() * length * 1_000_000_000L / took, Math::max);
            });
        }
        return rates;
    }

    private static TextEncoder warm(StoredModel model, Precision precision, int maxTokens, int workers) {
        var encoder = TextEncoder.load(model, precision, maxTokens, workers);
        encoder.warmUp();
        return encoder;
    }
}
