package dev.millrace.collector.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contract.StoreKeys;
import dev.millrace.redis.RedisGuard;
import dev.millrace.redis.RedisGuards;
import dev.millrace.redis.RedisUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Reservations and results in Redis, in bounded time ({@link RedisGuard}). Safe to share between threads. */
public final class RedisStore {
    private static final Logger LOGGER = LoggerFactory.getLogger(RedisStore.class);
    private static final String RESERVATION_KEY = "collector:upload:v1:";

    /** Sets KEYS[1] to ARGV[2] for ARGV[3] ms if it is still ARGV[1], or lost. 1 if set. */
    private static final RedisScript<Long> REPLACE = new DefaultRedisScript<>("""
            local now = redis.call('GET', KEYS[1])
            if now and now ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            return 1
            """, Long.class);
    /** Deletes KEYS[1] if it is still ARGV[1]. 1 if deleted. */
    private static final RedisScript<Long> REMOVE = new DefaultRedisScript<>("""
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('DEL', KEYS[1])
            """, Long.class);

    /** How long a caller can wait for Redis. Each has a guard of its own, since what is too slow for one is not for the other. */
    public enum Patience {
        /** An upload is being accepted: it goes on without Redis. */
        ACCEPTING,
        /** An upload is being asked for: without Redis there is no answer. */
        LOOKUP
    }

    private final StringRedisTemplate redis;
    private final RedisGuard accepting;
    private final RedisGuard lookup;
    private final InstantSource clock;
    private final Duration retention;

    /**
     * @param timeout of a command while an upload is accepted
     * @param lookupTimeout of a command while an upload is asked for
     * @param retention how long a reservation is kept after its upload's deadline
     */
    public RedisStore(
            StringRedisTemplate redis,
            RedisGuards guards,
            InstantSource clock,
            Duration timeout,
            Duration lookupTimeout,
            Duration retention) {
        this.redis = redis;
        this.accepting = guards.guard("accepting", timeout);
        this.lookup = guards.guard("lookup", lookupTimeout);
        this.clock = clock;
        this.retention = retention;
    }

    /** Takes the id if it is free; else what it is taken by. */
    Optional<Reservation> reserve(Reservation mine) throws StoreUnavailableException {
        String key = RESERVATION_KEY + mine.id();
        // The second turn is for a reservation that expires between the two commands.
        for (int turn = 0; turn < 2; turn++) {
            if (Boolean.TRUE.equals(call(
                    Patience.ACCEPTING, () -> redis.opsForValue().setIfAbsent(key, mine.format(), timeToLive(mine))))) {
                return Optional.empty();
            }
            var taken = reservation(mine.id(), Patience.ACCEPTING);
            if (taken.isPresent()) {
                return taken;
            }
        }
        throw new StoreUnavailableException("reservation of %s neither set nor found".formatted(mine.id()));
    }

    /** Replaces a reservation that nobody changed meanwhile. */
    boolean replace(Reservation expected, Reservation next) throws StoreUnavailableException {
        return replace(expected.format(), next);
    }

    /** Writes what was missed, unless something as good is there; false if that changed meanwhile. */
    boolean restore(Reservation missed) throws StoreUnavailableException {
        String text = call(Patience.ACCEPTING, () -> redis.opsForValue().get(RESERVATION_KEY + missed.id()));
        if (text == null) {
            return replace(missed, missed);
        }
        try {
            if (!missed.outranks(Reservation.parse(missed.id(), text))) {
                return true;
            }
        } catch (IllegalArgumentException e) {
            LOGGER.atWarn().addKeyValue("upload.id", missed.id()).log("reservation that cannot be read is replaced");
        }
        return replace(text, missed);
    }

    private boolean replace(String expected, Reservation next) throws StoreUnavailableException {
        return replace(Patience.ACCEPTING, expected, next);
    }

    private boolean replace(Patience patience, String expected, Reservation next) throws StoreUnavailableException {
        return call(patience, () -> Long.valueOf(1)
                .equals(redis.execute(
                        REPLACE,
                        List.of(RESERVATION_KEY + next.id()),
                        expected,
                        next.format(),
                        Long.toString(timeToLive(next).toMillis()))));
    }

    /** Frees an id that nobody else took meanwhile. */
    void remove(Reservation expected) throws StoreUnavailableException {
        call(
                Patience.ACCEPTING,
                () -> redis.execute(REMOVE, List.of(RESERVATION_KEY + expected.id()), expected.format()));
    }

    Optional<Reservation> reservation(UUID id, Patience patience) throws StoreUnavailableException {
        String text = call(patience, () -> redis.opsForValue().get(RESERVATION_KEY + id));
        try {
            return text == null ? Optional.empty() : Optional.of(Reservation.parse(id, text));
        } catch (IllegalArgumentException e) {
            throw unreadable("reservation", id);
        }
    }

    /** The latest result of an upload, as JSON. */
    public Optional<String> result(UUID id, Patience patience) throws StoreUnavailableException {
        String json = call(patience, () -> redis.opsForValue().get(StoreKeys.result(id)));
        if (json != null && !isResultOf(id, json)) {
            throw unreadable("result", id);
        }
        return Optional.ofNullable(json);
    }

    /**
     * Notes that an upload is erased, whatever else its reservation says, and returns the reservation; empty if there is
     * none.
     */
    Optional<Reservation> markErased(UUID id) throws StoreUnavailableException {
        String key = RESERVATION_KEY + id;
        for (int turn = 0; turn < 3; turn++) {
            String text = call(Patience.LOOKUP, () -> redis.opsForValue().get(key));
            if (text == null) {
                return Optional.empty();
            }
            Reservation erased;
            try {
                erased = Reservation.parse(id, text).with(Reservation.State.ERASED);
            } catch (IllegalArgumentException e) {
                throw unreadable("reservation", id);
            }
            if (replace(Patience.LOOKUP, text, erased)) {
                return Optional.of(erased);
            }
        }
        throw new StoreUnavailableException("reservation of %s changes all the time".formatted(id));
    }

    /** A value of the caches, as it is kept; null if there is none. */
    public byte @Nullable [] cached(String key) throws StoreUnavailableException {
        return call(
                Patience.LOOKUP,
                () -> redis.execute((RedisCallback<byte @Nullable []>)
                        connection -> connection.stringCommands().get(key.getBytes(UTF_8))));
    }

    /** Deletes these keys and tells all replicas so ({@link StoreKeys#ERASED}). */
    public void erase(List<String> keys) throws StoreUnavailableException {
        call(Patience.LOOKUP, () -> redis.delete(keys));
        for (String key : keys) {
            call(Patience.LOOKUP, () -> redis.convertAndSend(StoreKeys.ERASED, key));
        }
    }

    private static StoreUnavailableException unreadable(String what, UUID id) {
        LOGGER.atError().addKeyValue("upload.id", id).log("Redis holds a {} that cannot be read", what);
        return new StoreUnavailableException("%s of %s cannot be read".formatted(what, id));
    }

    private static boolean isResultOf(UUID id, String json) {
        try {
            var node = JsonMapper.shared().readTree(json);
            return id.toString().equals(node.path("id").asString("")) && node.hasNonNull("status");
        } catch (JacksonException e) {
            return false;
        }
    }

    private Duration timeToLive(Reservation reservation) {
        var rest = Duration.between(clock.instant(), reservation.deadline());
        return retention.plus(rest.isPositive() ? rest : Duration.ZERO);
    }

    private <T extends @Nullable Object> T call(Patience patience, Callable<T> command)
            throws StoreUnavailableException {
        try {
            return (patience == Patience.ACCEPTING ? accepting : lookup).call(command);
        } catch (RedisUnavailableException e) {
            throw new StoreUnavailableException(String.valueOf(e.getMessage()));
        }
    }
}
