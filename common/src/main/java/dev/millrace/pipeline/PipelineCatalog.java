package dev.millrace.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The pipelines of a model repository, read once. Immutable, so safe to share between threads. */
public final class PipelineCatalog {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationDeserializer()))
            .build();

    private final SortedMap<String, Pipeline> pipelines;

    private PipelineCatalog(SortedMap<String, Pipeline> pipelines) {
        this.pipelines = pipelines;
    }

    /**
     * Reads every {@code pipelines/*.yaml} below a model repository.
     *
     * @throws IllegalStateException if there is none, or one cannot be read; the message names the file and what is wrong
     */
    public static PipelineCatalog load(Path repository) {
        Path folder = repository.resolve("pipelines");
        var pipelines = new TreeMap<String, Pipeline>();
        try (var files = Files.newDirectoryStream(folder, "*.yaml")) {
            for (Path file : files) {
                Pipeline pipeline = read(file);
                if (pipelines.put(pipeline.name(), pipeline) != null) {
                    throw new IllegalStateException(
                            "%s: name '%s' (expected: one file a pipeline)".formatted(file, pipeline.name()));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    "millrace.models.repository: '%s' (expected: a folder with pipelines/)".formatted(repository), e);
        }
        if (pipelines.isEmpty()) {
            throw new IllegalStateException("%s: no pipelines (expected: at least one .yaml file)".formatted(folder));
        }
        return new PipelineCatalog(pipelines);
    }

    public Optional<Pipeline> find(String name) {
        return Optional.ofNullable(pipelines.get(name));
    }

    /** All pipelines, by name. */
    public Collection<Pipeline> all() {
        return pipelines.values();
    }

    private static Pipeline read(Path file) {
        try {
            return YAML.readValue(file, Pipeline.class);
        } catch (JacksonException e) {
            throw new IllegalStateException("%s: %s".formatted(file, e.getOriginalMessage()), e);
        }
    }

    /** Reads {@code 10m} as well as {@code PT10M}, as the services' own properties do. */
    private static final class DurationDeserializer extends StdDeserializer<Duration> {
        DurationDeserializer() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(
                tools.jackson.core.JsonParser parser, tools.jackson.databind.DeserializationContext context) {
            String text = parser.getString();
            try {
                return DurationStyle.detectAndParse(text);
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException(text, Duration.class, "expected: a duration, as in 10m");
            }
        }
    }
}
