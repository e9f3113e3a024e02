package dev.millrace.stage;

import java.time.Duration;

/**
 * The publishing stage: what it reads and writes.
 *
 * @param idempotencyWindow how long a second record of the same upload and attempt is recognised
 * @param maxResultBytes largest body that fits the output topic; a larger one becomes {@code RESULT_TOO_LARGE}
 */
public record PublishingDefinition(
        String service,
        String group,
        String inputTopic,
        String outputTopic,
        ResultFactory results,
        Duration idempotencyWindow,
        int maxResultBytes) {}
