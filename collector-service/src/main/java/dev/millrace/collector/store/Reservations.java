package dev.millrace.collector.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Who holds which upload id: Redis for all replicas, and this replica's memory of the last hour for when Redis cannot be
 * asked or has lost it. Without Redis two replicas may both accept one id; the postprocessor then drops the second record.
 * Safe to share between threads.
 */
public final class Reservations {
    private static final int MOST_REMEMBERED = 50_000;

    private final RedisStore store;
    private final Cache<UUID, Reservation> memory = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(Duration.ofHours(1))
            .build();

    public Reservations(RedisStore store) {
        this.store = store;
    }

    /** Takes the id if it is free; else what it is taken by. Never fails: see the class. */
    public Optional<Reservation> claim(Reservation mine) {
        try {
            var taken = store.reserve(mine);
            if (taken.isEmpty()) {
                memory.put(mine.id(), mine);
            }
            return taken;
        } catch (StoreUnavailableException e) {
            return Optional.ofNullable(memory.asMap().putIfAbsent(mine.id(), mine));
        }
    }

    /** Replaces a reservation that nobody changed meanwhile; false if somebody did. */
    public boolean replace(Reservation expected, Reservation next) {
        try {
            boolean replaced = store.replace(expected, next);
            if (replaced) {
                memory.put(next.id(), next);
            }
            return replaced;
        } catch (StoreUnavailableException e) {
            return memory.asMap().replace(next.id(), expected, next);
        }
    }

    /** Frees an id whose upload was certainly not sent. */
    public void release(Reservation mine) {
        memory.asMap().remove(mine.id(), mine);
        try {
            store.remove(mine);
        } catch (StoreUnavailableException e) {
            // Then a repeat within the time that a send may take finds the id in use, and after that may send.
        }
    }

    /**
     * What the id is taken by.
     *
     * @throws StoreUnavailableException if this replica does not remember the id and Redis cannot be asked
     */
    public Optional<Reservation> find(UUID id) throws StoreUnavailableException {
        var remembered = Optional.ofNullable(memory.getIfPresent(id));
        try {
            var stored = store.reservation(id, RedisStore.Patience.LOOKUP);
            return stored.isPresent() ? stored : remembered;
        } catch (StoreUnavailableException e) {
            if (remembered.isPresent()) {
                return remembered;
            }
            throw e;
        }
    }
}
