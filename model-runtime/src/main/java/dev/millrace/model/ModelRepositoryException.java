package dev.millrace.model;

/** A model repository, or a model in it, cannot be used. The message names the file, what is wrong and the mend. */
public class ModelRepositoryException extends RuntimeException {
    public ModelRepositoryException(String message) {
        super(message);
    }

    public ModelRepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
