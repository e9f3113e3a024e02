package dev.millrace.monitoring.drift;

import dev.millrace.contract.UploadResult;
import dev.millrace.monitoring.flow.FlowListener;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Input and score drift of each model version that answers. A version without a readable profile has no figure, which is
 * named in the log and in {@link #withoutFigures()}. Safe to share between threads.
 */
public final class Drift implements FlowListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(Drift.class);
    /** A name or version becomes part of a path and a tag. */
    private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    /** A repository may be filled after the first answer. */
    private static final Duration RETRY = Duration.ofMinutes(1);
    /** Versions that are followed at the most, so that meters stay bounded. */
    private static final int MOST_VERSIONS = 32;
    /** The same of pipelines, whose names come from records too. */
    private static final int MOST_PIPELINES = 256;

    private final @Nullable Path repository;
    private final DriftProperties properties;
    private final MeterRegistry registry;
    private final InstantSource clock;
    private final Map<String, ModelDrift> models = new ConcurrentSkipListMap<>();
    /** When the profile of a version without figures was looked for last. */
    private final Map<String, Instant> missing = new ConcurrentHashMap<>();

    private final Map<String, String> withoutFigures = new ConcurrentSkipListMap<>();
    private final Map<String, Set<ModelDrift>> modelsOfPipelines = new ConcurrentHashMap<>();

    /** @param repository the model repository, or null if there is none: then there are no figures */
    public Drift(@Nullable Path repository, DriftProperties properties, MeterRegistry registry, InstantSource clock) {
        this.repository = repository;
        this.properties = properties;
        this.registry = registry;
        this.clock = clock;
    }

    /** A version of a model answers uploads of the pipeline from now on. */
    @Override
    public void predicted(String pipeline, String model, String version) {
        follow(model, version).ifPresent(drift -> {
            if (modelsOfPipelines.size() < MOST_PIPELINES || modelsOfPipelines.containsKey(pipeline)) {
                modelsOfPipelines
                        .computeIfAbsent(pipeline, _ -> ConcurrentHashMap.newKeySet())
                        .add(drift);
            }
        });
    }

    @Override
    public void extracted(String pipeline, Map<String, Double> inputs) {
        for (var drift : modelsOfPipelines.getOrDefault(pipeline, Set.of())) {
            inputs.forEach(drift::add);
        }
    }

    @Override
    public void published(UploadResult result) {
        var model = result.model();
        var score = result.score();
        if (model != null && score != null) {
            follow(model.name(), model.version()).ifPresent(drift -> drift.add("score", score));
        }
    }

    /** Every figure, by model. */
    public List<DriftFigure> figures() {
        return models.values().stream()
                .flatMap(drift -> drift.figures().stream())
                .toList();
    }

    /** The model versions that have no figure, and why. */
    public Map<String, String> withoutFigures() {
        return Map.copyOf(withoutFigures);
    }

    private Optional<ModelDrift> follow(String model, String version) {
        String name = model + "/" + version;
        var known = models.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        var now = clock.instant();
        var tried = missing.get(name);
        if (tried != null && tried.isAfter(now.minus(RETRY))) {
            return Optional.empty();
        }
        synchronized (missing) {
            if (models.containsKey(name)) {
                return Optional.ofNullable(models.get(name));
            }
            if (models.size() + missing.size() >= MOST_VERSIONS && !missing.containsKey(name)) {
                withoutFigures.put("others", "more than %d versions".formatted(MOST_VERSIONS));
                return Optional.empty();
            }
            return open(name, model, version, now);
        }
    }

    private Optional<ModelDrift> open(String name, String model, String version, Instant now) {
        try {
            var opened = new ModelDrift(name, profile(model, version), properties, registry);
            models.put(name, opened);
            missing.remove(name);
            withoutFigures.remove(name);
            return Optional.of(opened);
        } catch (IOException e) {
            withoutFigures.put(name, String.valueOf(e.getMessage()));
            if (missing.put(name, now) == null) {
                LOGGER.atWarn()
                        .addKeyValue("model", name)
                        .addKeyValue("reason", e.getMessage())
                        .log("no drift figures");
            }
            return Optional.empty();
        }
    }

    private Profile profile(String model, String version) throws IOException {
        if (repository == null) {
            throw new IOException("millrace.models.repository: none (expected: the model repository's folder)");
        }
        if (!SAFE.matcher(model).matches() || !SAFE.matcher(version).matches()) {
            throw new IOException(
                    "model: '%s', version '%s' (expected: letters, digits, '_', '.', '-')".formatted(model, version));
        }
        return Profile.read(repository.resolve(model).resolve(version).resolve("profile.json"));
    }
}
