package dev.millrace.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** The level behind this process' memory. Never throws and never takes long: what it does not answer is computed. */
interface SharedTier {
    SharedTier NONE = new SharedTier() {
        @Override
        public Map<String, byte[]> find(Collection<String> keys) {
            return Map.of();
        }

        @Override
        public void keep(Map<String, byte[]> values) {}
    };

    /** The bytes of those keys that it has and can say in time. */
    Map<String, byte[]> find(Collection<String> keys);

    /** Keeps values for those who ask later, if it can. Returns at once. */
    void keep(Map<String, byte[]> values);

    /**
     * Asks whose turn it is to compute the values of these keys.
     *
     * @param computing how long it takes to compute all that the caller misses, about
     */
    default Claim claim(Collection<String> keys, Duration computing) {
        return Claim.ALL;
    }

    /** Gives leases of a {@link #claim} back, after what was kept before. Returns at once. */
    default void release(Collection<String> leases) {}

    /**
     * Whose turn it is.
     *
     * @param found bytes of the keys whose values have come meanwhile
     * @param held keys whose values another process computes; all others are one's own to compute
     * @param leases keys that other processes wait for, until they are released
     */
    record Claim(Map<String, byte[]> found, Set<String> held, Set<String> leases) {
        /** All are one's own to compute, and nobody waits for them. */
        static final Claim ALL = new Claim(Map.of(), Set.of(), Set.of());
    }
}
