package dev.millrace.collector.store;

/** Redis did not answer in time, refused, or holds something that cannot be read. Checked: each caller must decide. */
public final class StoreUnavailableException extends Exception {
    StoreUnavailableException(String message) {
        super(message, null, false, false);
    }
}
