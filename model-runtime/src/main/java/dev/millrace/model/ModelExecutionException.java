package dev.millrace.model;

/** A model failed on a batch. Says nothing about which of its inputs is to blame: run them apart to find out. */
public class ModelExecutionException extends RuntimeException {
    public ModelExecutionException(String message) {
        super(message);
    }

    public ModelExecutionException(String message, Throwable cause) {
        super(message, cause);
    }
}
