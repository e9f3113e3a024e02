package dev.millrace.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Broker and Redis as child processes. Their files and logs stay under {@code target/sandbox} until the next clean. */
record ProcessSandbox(BrokerProcess broker, RedisProcess redis) implements Sandbox {
    static ProcessSandbox start() {
        var folder = folder();
        var redis = RedisProcess.start(folder.resolve("redis"), 0);
        return new ProcessSandbox(BrokerProcess.start(folder.resolve("broker"), 0), redis);
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @Override
    public String redisUrl() {
        return redis.url();
    }

    private static Path folder() {
        try {
            var target = Path.of("target").toAbsolutePath();
            var parent = Files.isDirectory(target) ? Files.createDirectories(target.resolve("sandbox")) : null;
            return parent == null
                    ? Files.createTempDirectory("millrace-sandbox-")
                    : Files.createTempDirectory(parent, "");
        } catch (IOException e) {
            throw new UncheckedIOException("folder of the sandbox", e);
        }
    }
}
