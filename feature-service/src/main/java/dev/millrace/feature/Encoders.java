package dev.millrace.feature;

import static java.util.Objects.requireNonNull;

import dev.millrace.cache.Caches;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.PipelineFit;
import dev.millrace.model.Precision;
import dev.millrace.model.PrecisionChoice;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** The encoders that the pipelines name, loaded and warm. Safe to share between threads. */
final class Encoders implements AutoCloseable, InfoContributor {
    private static final Logger LOGGER = LoggerFactory.getLogger(Encoders.class);

    private final Map<Pipeline.Encoder, CachedEncoder> encoders = new HashMap<>();
    private final Map<String, Object> info = new TreeMap<>();

    /** @param precision of all of them, or null for what is best for each */
    Encoders(
            PipelineCatalog pipelines,
            ModelRepository repository,
            @Nullable Precision precision,
            int workers,
            Caches caches,
            InstantSource clock,
            MeterRegistry registry) {
        for (Pipeline pipeline : pipelines.all()) {
            PipelineFit.require(pipeline, repository);
            encoders.computeIfAbsent(pipeline.encoder(), encoder -> {
                var model = repository.model(encoder.name(), encoder.version());
                var choice = precision == null
                        ? PrecisionChoice.measured(model, encoder.maxTokens(), workers)
                        : PrecisionChoice.forced(model, precision, encoder.maxTokens(), workers);
                tell(choice, registry);
                return new CachedEncoder(choice.encoder(), caches, clock);
            });
        }
    }

    CachedEncoder of(Pipeline pipeline) {
        return requireNonNull(encoders.get(pipeline.encoder()), "every pipeline's encoder is loaded");
    }

    private void tell(PrecisionChoice choice, MeterRegistry registry) {
        var model = choice.encoder().modelReference();
        String reason = choice.reason().name().toLowerCase(Locale.ROOT);
        var rates = new TreeMap<String, Long>();
        choice.tokensPerSecond().forEach((precision, rate) -> rates.put(precision.text(), rate));
        LOGGER.atInfo()
                .addKeyValue("encoder", model.getName())
                .addKeyValue("version", model.getVersion())
                .addKeyValue("precision", model.getPrecision())
                .addKeyValue("reason", reason)
                .addKeyValue("tokensPerSecond", rates.toString())
                .addKeyValue("batches", choice.encoder().batches())
                .log("encoder loaded and warm");
        Gauge.builder("millrace.model.precision", () -> 1)
                .description("The precision that a model runs in")
                .tag("millrace.model.name", model.getName())
                .tag("millrace.model.version", model.getVersion())
                .tag("millrace.model.precision", model.getPrecision())
                .tag("millrace.model.precision.reason", reason)
                .strongReference(true)
                .register(registry);
        info.put(
                model.getName() + "/" + model.getVersion(),
                Map.of(
                        "precision",
                        model.getPrecision(),
                        "reason",
                        reason,
                        "tokensPerSecond",
                        rates,
                        "batches",
                        choice.encoder().batches()));
    }

    /** What each encoder runs in, and why: for {@code /actuator/info}. */
    @Override
    public void contribute(Info.Builder builder) {
        builder.withDetail("encoders", info);
    }

    @Override
    public void close() {
        encoders.values().forEach(CachedEncoder::close);
    }
}
