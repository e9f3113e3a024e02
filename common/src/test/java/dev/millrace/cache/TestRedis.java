package dev.millrace.cache;

import dev.millrace.sandbox.Sandbox;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.UUID;

/** A test's own connection to Redis, and a prefix that no other test's keys have. */
final class TestRedis implements AutoCloseable {
    private final String prefix =
            "test:text%s:v1:".formatted(UUID.randomUUID().toString().substring(0, 8));
    private final RedisClient client;
    private final RedisCommands<String, String> commands;

    TestRedis(Sandbox sandbox) {
        client = RedisClient.create(sandbox.redisUrl());
        commands = client.connect().sync();
    }

    String prefix() {
        return prefix;
    }

    RedisCommands<String, String> commands() {
        return commands;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
