package dev.millrace.postprocessor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.Headers;
import dev.millrace.contract.StoreKeys;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The HTTP API's view of the results topic: the latest result of each upload, in Redis. It is filled by following the
 * topic, never before a commit, and can be filled again from there; writing a result twice changes nothing.
 */
final class ResultStore {
    private static final Logger LOGGER = LoggerFactory.getLogger(ResultStore.class);
    /** No upload has a later deadline after its acceptance; bounds what a wrong header can ask for. */
    private static final Duration LONGEST_LIFETIME = Duration.ofHours(36);

    private static final String FILLED_KEY = "postprocessor:filled:v1:";
    /** Longer than all else in Redis is kept, so that memory that runs short takes it last; each look renews it. */
    private static final Duration FILLED = Duration.ofDays(90);

    private final StringRedisTemplate redis;
    private final Duration ttl;
    private final InstantSource clock;
    private final Counter stored;

    ResultStore(StringRedisTemplate redis, Duration ttl, InstantSource clock, MeterRegistry registry) {
        this.redis = redis;
        this.ttl = ttl;
        this.clock = clock;
        this.stored = Counter.builder("millrace.store.results")
                .description("Results written to the store of the HTTP API")
                .register(registry);
    }

    /**
     * Stores a poll of results in one round trip.
     *
     * @throws org.springframework.dao.DataAccessException if Redis cannot be asked; the poll is then tried again
     */
    void store(ConsumerRecords<byte[], byte[]> results) {
        if (results.isEmpty()) {
            return;
        }
        long now = clock.millis();
        redis.executePipelined((RedisCallback<@Nullable Object>) connection -> {
            for (var result : results) {
                UUID id = uploadId(result);
                long left = usefulUntil(result) + ttl.toMillis() - now;
                if (id != null && result.value() != null && left > 0) {
                    connection.stringCommands().pSetEx(StoreKeys.result(id).getBytes(UTF_8), left, result.value());
                }
            }
            return null;
        });
        stored.increment(results.count());
    }

    /** Whether Redis holds what was stored of a lane: false in an empty one, and in one that lost its data. */
    boolean isFilled(int lane) {
        return redis.opsForValue().getAndExpire(FILLED_KEY + lane, FILLED) != null;
    }

    /** Notes that whatever a lane's results lack in Redis is on its way there, and will be even after a crash. */
    void markFilled(int lane) {
        redis.opsForValue().set(FILLED_KEY + lane, "1", FILLED);
    }

    /** Results that were published before this time need not be stored. */
    Instant oldestOfUse() {
        return clock.instant().minus(ttl).minus(LONGEST_LIFETIME);
    }

    /**
     * The upload's deadline, if it is later than the result: kept from then on, a result that is no longer there is one
     * whose deadline is past by the time to live, and the API can tell it from one that is on its way.
     */
    private static long usefulUntil(ConsumerRecord<byte[], byte[]> result) {
        String deadline = Headers.text(result.headers(), Headers.DEADLINE);
        try {
            long millis = deadline == null ? 0 : Long.parseLong(deadline);
            return Math.clamp(millis, result.timestamp(), result.timestamp() + LONGEST_LIFETIME.toMillis());
        } catch (NumberFormatException e) {
            return result.timestamp();
        }
    }

    private static @Nullable UUID uploadId(ConsumerRecord<byte[], byte[]> result) {
        String id = Headers.text(result.headers(), Headers.UPLOAD_ID);
        try {
            return id == null ? null : UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            LOGGER.atWarn()
                    .addKeyValue("lane", result.partition())
                    .addKeyValue("offset", result.offset())
                    .log("result without a valid upload id is not stored");
            return null;
        }
    }
}
