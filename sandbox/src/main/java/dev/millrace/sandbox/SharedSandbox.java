package dev.millrace.sandbox;

import dev.millrace.contract.TopicCatalog;
import org.jspecify.annotations.Nullable;

/** The one sandbox of this JVM. A failed start fails every later call too, at once. */
final class SharedSandbox {
    private static @Nullable Sandbox sandbox;
    private static @Nullable RuntimeException failure;

    private SharedSandbox() {}

    static synchronized Sandbox get() {
        if (failure != null) {
            throw new IllegalStateException("the sandbox did not start: " + failure.getMessage(), failure);
        }
        if (sandbox == null) {
            try {
                var started = start(System.getProperty("millrace.sandbox", "processes"));
                TopicAdministration.apply(started.bootstrapServers(), TopicCatalog.load());
                sandbox = started;
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
        }
        return sandbox;
    }

    private static Sandbox start(String kind) {
        return switch (kind) {
            case "processes" -> ProcessSandbox.start();
            case "containers" -> ContainerSandbox.start();
            default ->
                throw new IllegalArgumentException(
                        "millrace.sandbox: '%s' (expected: processes or containers)".formatted(kind));
        };
    }
}
