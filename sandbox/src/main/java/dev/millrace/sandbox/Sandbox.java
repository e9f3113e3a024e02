package dev.millrace.sandbox;

import dev.millrace.contract.TopicCatalog;

/**
 * A real broker, with the topics of {@link TopicCatalog}, and a real Redis. There is one in a JVM, for all of its tests: so
 * let a test use ids, keys and groups of its own, and expect other tests' records on the topics.
 *
 * <p>{@code -Dmillrace.sandbox=containers} takes containers (Testcontainers) instead of processes.
 */
public sealed interface Sandbox permits ProcessSandbox, ContainerSandbox {
    /** The sandbox of this JVM, started by the first call; it ends with the JVM. */
    static Sandbox shared() {
        return SharedSandbox.get();
    }

    /** {@code host:port} of the broker. */
    String bootstrapServers();

    /** {@code redis://[:password@]host:port}. */
    String redisUrl();

    /** The broker, to be broken. Leave it running. */
    Server broker();

    /** Redis, to be broken. Leave it running; it has forgotten everything after a restart. */
    Server redis();
}
