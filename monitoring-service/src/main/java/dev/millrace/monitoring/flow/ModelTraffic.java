package dev.millrace.monitoring.flow;

import dev.millrace.contract.UploadResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which model versions answer. Safe to share between threads. */
final class ModelTraffic {
    private static final Duration WINDOW = Duration.ofMinutes(5);
    /**
     * Versions that are told apart, whatever the records carry; what comes after them is one, until one of them has had no
     * traffic for the window.
     */
    private static final int MOST = 32;

    private static final String OTHERS = "others";

    private final InstantSource clock;
    private final Map<String, Version> versions = new TreeMap<>();

    private static final class Version {
        final SlidingRate rate;
        long results;

        Version(SlidingRate rate) {
            this.rate = rate;
        }
    }

    ModelTraffic(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts a result that a model answered. */
    synchronized void count(UploadResult result) {
        var model = result.model();
        if (model == null) {
            return;
        }
        String name = model.name() + "/" + model.version();
        var version = versions.computeIfAbsent(
                isToldApart(name) ? name : OTHERS, _ -> new Version(new SlidingRate(WINDOW, clock)));
        version.results++;
        version.rate.record(result.publishedAt());
    }

    private boolean isToldApart(String name) {
        if (versions.size() >= MOST && !versions.containsKey(name)) {
            versions.values().removeIf(version -> version.rate.perSecond() == 0);
        }
        return versions.size() < MOST || versions.containsKey(name);
    }

    /** Every version, the one with the most traffic first. */
    synchronized List<ModelShare> shares() {
        double all = versions.values().stream()
                .mapToDouble(version -> version.rate.perSecond())
                .sum();
        return versions.entrySet().stream()
                .map(entry -> {
                    double rate = entry.getValue().rate.perSecond();
                    return new ModelShare(entry.getKey(), entry.getValue().results, rate, all > 0 ? rate / all : 0);
                })
                .sorted(Comparator.comparingDouble(ModelShare::perSecond).reversed())
                .toList();
    }
}
