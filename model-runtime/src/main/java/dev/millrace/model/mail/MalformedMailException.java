package dev.millrace.model.mail;

/** The bytes are not an e-mail message. The same bytes will always fail. */
public final class MalformedMailException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMailException(String message) {
        super(message);
    }

    MalformedMailException(String message, Throwable cause) {
        super(message, cause);
    }
}
