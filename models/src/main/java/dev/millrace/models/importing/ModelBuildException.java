package dev.millrace.models.importing;

/** The default model repository could not be built. The message names the folder, what is wrong and the mend. */
public class ModelBuildException extends RuntimeException {
    ModelBuildException(String message) {
        super(message);
    }

    ModelBuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
