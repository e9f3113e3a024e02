package dev.millrace.payload;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.redis.RedisGuard;
import dev.millrace.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Payloads as plain values in Redis, in bounded time ({@link RedisGuard}). */
final class RedisPayloadStore implements PayloadStore {
    private final StringRedisTemplate redis;
    private final RedisGuard guard;

    RedisPayloadStore(StringRedisTemplate redis, RedisGuard guard) {
        this.redis = redis;
        this.guard = guard;
    }

    @Override
    public void put(String key, byte[] bytes, Duration timeToLive) throws PayloadStoreUnavailableException {
        call(connection -> connection.stringCommands().pSetEx(key.getBytes(UTF_8), timeToLive.toMillis(), bytes));
    }

    @Override
    public Map<String, byte[]> get(Collection<String> keys) throws PayloadStoreUnavailableException {
        var found = new HashMap<String, byte[]>();
        if (keys.isEmpty()) {
            return found;
        }
        var asked = List.copyOf(keys);
        var names = asked.stream().map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new);
        var values = call(connection -> connection.stringCommands().mGet(names));
        for (int i = 0; values != null && i < asked.size(); i++) {
            byte[] value = values.get(i);
            if (value != null) {
                found.put(asked.get(i), value);
            }
        }
        return found;
    }

    @Override
    public void delete(String key) throws PayloadStoreUnavailableException {
        call(connection -> connection.keyCommands().unlink(key.getBytes(UTF_8)));
    }

    private interface Command<T extends @Nullable Object> {
        T run(RedisConnection connection);
    }

    private <T extends @Nullable Object> T call(Command<T> command) throws PayloadStoreUnavailableException {
        try {
            return guard.call(() -> redis.execute((RedisCallback<T>) command::run));
        } catch (RedisUnavailableException e) {
            throw new PayloadStoreUnavailableException(String.valueOf(e.getMessage()));
        }
    }
}
