package dev.millrace.redis;

/** Redis did not answer in time, refused, or failed a moment ago. Checked: each caller must decide what to do without. */
public final class RedisUnavailableException extends Exception {
    RedisUnavailableException(String message) {
        super(message, null, false, false);
    }
}
