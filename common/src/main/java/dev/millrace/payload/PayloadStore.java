package dev.millrace.payload;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * Keeps the content of uploads that is too large for a record. Redis does by default; another store, as one for objects,
 * takes its place as a bean of this type in collector and feature. It may lose what it holds: whoever reads verifies size
 * and digest, and an upload whose content is gone fails. Thread-safe.
 */
public interface PayloadStore {
    /**
     * Keeps bytes for a while, in place of what was kept under the key. Once this returns, every reader finds them.
     *
     * @param bytes not changed afterwards by whoever calls
     * @param timeToLive more than zero
     * @throws PayloadStoreUnavailableException if they may not be there
     */
    void put(String key, byte[] bytes, Duration timeToLive) throws PayloadStoreUnavailableException;

    /**
     * What is kept under some keys, in one round trip; keys under which nothing is kept are left out.
     *
     * @throws PayloadStoreUnavailableException if that cannot be told now
     */
    Map<String, byte[]> get(Collection<String> keys) throws PayloadStoreUnavailableException;

    /**
     * Forgets what is kept under a key, if anything is.
     *
     * @throws PayloadStoreUnavailableException if it may still be there, until its time is up
     */
    void delete(String key) throws PayloadStoreUnavailableException;
}
