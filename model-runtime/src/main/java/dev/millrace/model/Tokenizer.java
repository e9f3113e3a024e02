package dev.millrace.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.millrace.stage.TransientFailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Splits texts into the tokens of an encoder's vocabulary. Thread-safe. */
final class Tokenizer implements AutoCloseable {
    /** UTF-16 units of a text that are read: many times what any encoder takes, and bounded in time and memory. */
    static final int MAX_TEXT_LENGTH = 65_536;

    private final HuggingFaceTokenizer tokenizer;
    private final int maxTokens;
    private final long unknownTokenId;

    /** Writing is closing: freeing the native tokenizer under an encoding would take the process down. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    private boolean closed;

    private Tokenizer(HuggingFaceTokenizer tokenizer, int maxTokens, long unknownTokenId) {
        this.tokenizer = tokenizer;
        this.maxTokens = maxTokens;
        this.unknownTokenId = unknownTokenId;
    }

    static Tokenizer load(Path file, int maxTokens, long unknownTokenId) {
        try {
            // The file's own truncation and padding are off: both are ours.
            var options = Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");
            return new Tokenizer(HuggingFaceTokenizer.newInstance(file, options), maxTokens, unknownTokenId);
        } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
            throw new ModelRepositoryException("%s: cannot be loaded (%s)".formatted(file, e), e);
        }
    }

    /** @throws TransientFailureException if this is closed: the text is not to blame */
    TokenizedText tokenize(String text) {
        long[] all = encode(wellFormed(text));
        int unknown =
                (int) Arrays.stream(all).filter(id -> id == unknownTokenId).count();
        long[] ids = all;
        if (all.length > maxTokens) {
            // The last one is the closing special token.
            ids = Arrays.copyOf(all, maxTokens);
            ids[maxTokens - 1] = all[all.length - 1];
        }
        return new TokenizedText(ids, all.length, unknown);
    }

    private long[] encode(String text) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new TransientFailureException("tokenizer: closed");
            }
            return tokenizer.encode(text, true, false).getIds();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The text without NULs and without halves of surrogate pairs, which native strings cannot hold. */
    static String wellFormed(String text) {
        String bounded = text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) : text;
        var clean = new StringBuilder(bounded.length());
        bounded.codePoints().forEach(c -> clean.appendCodePoint(c == 0 || isSurrogate(c) ? '\uFFFD' : c));
        return clean.toString();
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            tokenizer.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
