package dev.millrace.cache;

/** Forgets what was erased in Redis. Called from Lettuce's threads, so it waits for nothing. */
public interface ErasureListener {
    /** @param key of what was erased, as in Redis; anyone's */
    void erased(String key);

    /** Something may have been erased while it could not be told: forgets all that Redis would have to be asked for. */
    void missed();
}
