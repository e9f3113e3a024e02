package dev.millrace.model;

import java.util.Arrays;

/** A text as the encoder takes it. Immutable. */
public final class TokenizedText {
    private final long[] ids;
    private final int tokenCount;
    private final int unknownCount;

    /**
     * @param ids of shape (T), the special tokens included, after truncation; T is 1 or more
     * @param tokenCount tokens before truncation, the special ones included, T or more
     * @param unknownCount how many of those the vocabulary does not know
     */
    public TokenizedText(long[] ids, int tokenCount, int unknownCount) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("ids: [] (expected: at least one)");
        }
        if (tokenCount < ids.length || unknownCount < 0 || unknownCount > tokenCount) {
            throw new IllegalArgumentException(
                    "tokenCount: %d, unknownCount: %d (expected: at least %d, at most the former)"
                            .formatted(tokenCount, unknownCount, ids.length));
        }
        this.ids = ids.clone();
        this.tokenCount = tokenCount;
        this.unknownCount = unknownCount;
    }

    /** Token ids of shape (T), a copy. */
    public long[] ids() {
        return ids.clone();
    }

    /** T, what the encoder is given. */
    public int length() {
        return ids.length;
    }

    /** Tokens before truncation, the special ones included. */
    public int tokenCount() {
        return tokenCount;
    }

    /** Tokens before truncation that the vocabulary does not know. */
    public int unknownCount() {
        return unknownCount;
    }

    void copyInto(long[] target, int offset) {
        System.arraycopy(ids, 0, target, offset, ids.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenizedText that
                && Arrays.equals(ids, that.ids)
                && tokenCount == that.tokenCount
                && unknownCount == that.unknownCount;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + tokenCount;
    }

    @Override
    public String toString() {
        return "TokenizedText[%d of %d tokens, %d unknown]".formatted(ids.length, tokenCount, unknownCount);
    }
}
