package dev.millrace.redis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Redis for one purpose, in bounded time. Each command runs on a thread of its own and is given up after the timeout,
 * whatever the driver waits for; behind a circuit breaker ({@link RedisGuards}), so that a Redis that is gone costs one
 * caller a while its timeout and the others nothing. Thread-safe.
 */
public final class RedisGuard {
    private static final Logger LOGGER = LoggerFactory.getLogger(RedisGuard.class);

    private final CircuitBreaker breaker;
    private final ExecutorService executor;
    private final Duration timeout;

    RedisGuard(CircuitBreaker breaker, ExecutorService executor, Duration timeout) {
        this.breaker = breaker;
        this.executor = executor;
        this.timeout = timeout;
    }

    /**
     * Runs a command.
     *
     * @throws RedisUnavailableException if it failed, took too long, or was not tried since others failed a moment ago
     */
    public <T extends @Nullable Object> T call(Callable<T> command) throws RedisUnavailableException {
        if (!breaker.tryAcquirePermission()) {
            throw new RedisUnavailableException("Redis failed a moment ago");
        }
        long begin = System.nanoTime();
        var answer = executor.submit(command);
        try {
            T value = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            breaker.onSuccess(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            return value;
        } catch (TimeoutException e) {
            throw failed(answer, begin, "no answer within " + timeout, e);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw failed(answer, begin, cause.toString(), cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            breaker.releasePermission();
            Thread.currentThread().interrupt();
            throw new RedisUnavailableException("interrupted");
        }
    }

    private RedisUnavailableException failed(Future<?> answer, long begin, String message, Throwable cause) {
        answer.cancel(true);
        breaker.onError(System.nanoTime() - begin, TimeUnit.NANOSECONDS, cause);
        LOGGER.atDebug()
                .addKeyValue("purpose", breaker.getName())
                .setCause(cause)
                .log("Redis failed");
        return new RedisUnavailableException(message);
    }
}
