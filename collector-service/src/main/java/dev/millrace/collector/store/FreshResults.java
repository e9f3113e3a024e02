package dev.millrace.collector.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.cache.ErasureListener;
import dev.millrace.contract.StoreKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Results of the last minutes and the requests that wait for one. A result is remembered before its waiters are told, and
 * a waiter registers before it looks, so none is missed between the two. Safe to share between threads.
 */
public final class FreshResults implements ErasureListener {
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final long MOST_CHARACTERS = 8L << 20;

    private final Cache<UUID, Fresh> recent = Caffeine.newBuilder()
            .maximumWeight(MOST_CHARACTERS)
            .weigher((UUID id, Fresh fresh) -> fresh.json.length() + 128)
            .expireAfterWrite(REMEMBERED)
            .build();
    private final ConcurrentMap<UUID, Set<Waiter>> waiters = new ConcurrentHashMap<>();
    private final Semaphore places;
    private final int mostWaiters;
    private volatile boolean closed;

    private record Fresh(int attempt, String json) {}

    /** @param mostWaiters requests that may wait at one time */
    public FreshResults(int mostWaiters) {
        this.mostWaiters = mostWaiters;
        this.places = new Semaphore(mostWaiters);
    }

    /** A request's place among the waiting ones; closing it gives the place back. */
    public final class Waiter implements AutoCloseable {
        private final UUID id;
        private final CompletableFuture<Optional<String>> result = new CompletableFuture<>();

        private Waiter(UUID id) {
            this.id = id;
        }

        /** Waits for the result, as JSON; empty if the time is up or the service is being stopped. */
        public Optional<String> await(Duration time) {
            try {
                return result.get(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return Optional.empty();
            } catch (ExecutionException e) {
                throw new IllegalStateException("waiters are never failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            waiters.computeIfPresent(id, (key, set) -> {
                if (set.remove(this)) {
                    places.release();
                }
                return set.isEmpty() ? null : set;
            });
        }
    }

    /** A place to wait for an upload's result, or empty if all are taken. */
    public Optional<Waiter> register(UUID id) {
        if (!places.tryAcquire()) {
            return Optional.empty();
        }
        var waiter = new Waiter(id);
        waiters.compute(id, (key, set) -> {
            var all = set == null ? ConcurrentHashMap.<Waiter>newKeySet() : set;
            all.add(waiter);
            return all;
        });
        if (closed) {
            waiter.result.complete(Optional.empty());
        }
        find(id).ifPresent(json -> waiter.result.complete(Optional.of(json)));
        return Optional.of(waiter);
    }

    /** The latest result of an upload, as JSON, if it came in the last minutes. */
    public Optional<String> find(UUID id) {
        return Optional.ofNullable(recent.getIfPresent(id)).map(Fresh::json);
    }

    @Override
    public void erased(String key) {
        StoreKeys.uploadOfResult(key).ifPresent(recent::invalidate);
    }

    /** Who asks for a result looks first whether it was erased. */
    @Override
    public void missed() {}

    /** Requests that wait now. */
    public int waiting() {
        return mostWaiters - places.availablePermits();
    }

    /** Takes a result that was published; one of an older attempt than is known changes nothing. */
    void published(UUID id, int attempt, String json) {
        recent.asMap().merge(id, new Fresh(attempt, json), (old, next) -> next.attempt >= old.attempt ? next : old);
        waiters.getOrDefault(id, Set.of())
                .forEach(waiter -> waiter.result.complete(find(id).or(() -> Optional.of(json))));
    }

    /** Ends all waiting, now and later. */
    void close() {
        closed = true;
        waiters.values().forEach(set -> set.forEach(waiter -> waiter.result.complete(Optional.empty())));
    }
}
