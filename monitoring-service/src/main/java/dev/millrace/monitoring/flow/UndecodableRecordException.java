package dev.millrace.monitoring.flow;

/** A record that is not what its topic holds. The message says what is wrong, never what the record carries. */
public final class UndecodableRecordException extends Exception {
    UndecodableRecordException(String message) {
        super(message);
    }

    UndecodableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
