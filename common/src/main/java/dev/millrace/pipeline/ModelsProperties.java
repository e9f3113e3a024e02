package dev.millrace.pipeline;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where the models are.
 *
 * @param repository the model repository's folder
 */
@Validated
@ConfigurationProperties("millrace.models")
public record ModelsProperties(@NotNull Path repository) {}
