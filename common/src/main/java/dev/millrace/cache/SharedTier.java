package dev.millrace.cache;

import java.util.Collection;
import java.util.Map;

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
}
