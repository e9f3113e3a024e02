package dev.millrace.payload;

/** The payload store did not answer in time, or refused. Checked: each caller must decide what to do without. */
public final class PayloadStoreUnavailableException extends Exception {
    public PayloadStoreUnavailableException(String message) {
        super(message, null, false, false);
    }
}
