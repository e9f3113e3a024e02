package dev.millrace.collector.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which upload id: Redis for all replicas, and this replica's memory of the last hour for when Redis cannot be
 * asked or has lost it. How a send ended while Redis could not be asked is written there later ({@link #writeBack}).
 * Without Redis two replicas may both accept one id; the postprocessor then drops the second record. Safe to share
 * between threads.
 */
public final class Reservations {
    private static final int MOST_REMEMBERED = 50_000;

    private final RedisStore store;
    private final Cache<UUID, Reservation> memory = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(Duration.ofHours(1))
            .build();
    /** How sends ended that Redis does not know of yet. */
    private final Cache<UUID, Reservation> unwritten =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();

    public Reservations(RedisStore store) {
        this.store = store;
    }

    /**
     * An id that was asked for.
     *
     * @param taken what it is taken by; empty if it is the caller's now
     * @param certain whether Redis said so; else another replica may have taken it as well
     */
    public record Claim(Optional<Reservation> taken, boolean certain) {}

    /** Takes the id if it is free; else what it is taken by. Never fails: see the class. */
    public Claim claim(Reservation mine) {
        try {
            var taken = store.reserve(mine);
            if (taken.isPresent()) {
                return new Claim(Optional.of(better(remembered(mine.id()), taken.get())), true);
            }
        } catch (StoreUnavailableException e) {
            return new Claim(Optional.ofNullable(memory.asMap().putIfAbsent(mine.id(), mine)), false);
        }
        // Redis says that the id is free; what this replica remembers all the same, Redis has lost.
        var lost = memory.asMap().putIfAbsent(mine.id(), mine);
        if (lost != null) {
            write(mine, lost);
        }
        return new Claim(Optional.ofNullable(lost), true);
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

    /** Notes how the send of one's own reservation ended. */
    public void settle(Reservation mine, Reservation outcome) {
        memory.put(outcome.id(), outcome);
        write(mine, outcome);
    }

    /**
     * Notes that an upload is erased; nothing changes that any more. Returns what it was taken by, empty if that is not
     * known.
     *
     * @throws StoreUnavailableException if Redis cannot be told
     */
    public Optional<Reservation> erase(UUID id) throws StoreUnavailableException {
        var remembered = remembered(id);
        var erased = store.markErased(id);
        if (erased.isEmpty() && remembered != null) {
            // Redis has lost it.
            store.replace(remembered, remembered.with(Reservation.State.ERASED));
            erased = Optional.of(remembered.with(Reservation.State.ERASED));
        }
        erased.ifPresent(reservation -> {
            memory.put(id, reservation);
            unwritten.invalidate(id);
        });
        return erased;
    }

    /** Frees an id whose upload was certainly not sent. */
    public void release(Reservation mine) {
        memory.asMap().remove(mine.id(), mine);
        unwritten.invalidate(mine.id());
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
        var remembered = remembered(id);
        try {
            var stored = store.reservation(id, RedisStore.Patience.LOOKUP);
            return stored.isPresent() ? Optional.of(better(remembered, stored.get())) : Optional.ofNullable(remembered);
        } catch (StoreUnavailableException e) {
            if (remembered != null) {
                return Optional.of(remembered);
            }
            throw e;
        }
    }

    /** Writes what Redis could not be told when it happened; to be called now and then. */
    public void writeBack() {
        for (var missed : unwritten.asMap().values()) {
            try {
                if (store.restore(missed)) {
                    unwritten.asMap().remove(missed.id(), missed);
                }
            } catch (StoreUnavailableException e) {
                return;
            }
        }
    }

    private void write(Reservation expected, Reservation next) {
        try {
            store.replace(expected, next);
            unwritten.invalidate(next.id());
        } catch (StoreUnavailableException e) {
            unwritten.put(next.id(), next);
        }
    }

    private @Nullable Reservation remembered(UUID id) {
        var recent = memory.getIfPresent(id);
        return recent == null ? unwritten.getIfPresent(id) : recent;
    }

    private static Reservation better(@Nullable Reservation remembered, Reservation stored) {
        return remembered != null && remembered.outranks(stored) ? remembered : stored;
    }
}
