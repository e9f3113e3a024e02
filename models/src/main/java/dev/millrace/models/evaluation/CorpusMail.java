package dev.millrace.models.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A labelled mail of the corpus.
 *
 * @param id {@code <group>/<number>}, such as {@code easy-ham-1/00001}; unique in the corpus
 * @param group the corpus's folder: how hard the mail is to tell
 * @param number its number in the group, 0 or more
 * @param label {@code ham} or {@code spam}
 * @param file where its bytes are
 */
public record CorpusMail(String id, String group, int number, String label, Path file) {
    /** The label of unwanted mail. */
    public static final String SPAM = "spam";

    /** The label of wanted mail. */
    public static final String HAM = "ham";

    public boolean isSpam() {
        return label.equals(SPAM);
    }

    /** Whether no model was trained on it: odd numbers are held out, in every group. */
    public boolean isHeldOut() {
        return number % 2 == 1;
    }

    /** The message as it was received, with the first line of a mailbox file. */
    public byte[] message() throws IOException {
        return Files.readAllBytes(file);
    }
}
