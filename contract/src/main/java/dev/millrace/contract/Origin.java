package dev.millrace.contract;

import static java.util.Objects.requireNonNull;

/**
 * Where an upload stands in {@code uploads.received.v1}. All stages pass it on unchanged, so the records of a lane form
 * a chain that any owner of the lane computes alike.
 *
 * @param incarnation the topic's id (its Base64 form), which differs once a topic is deleted and made again
 * @param epoch the leader epoch of the record, 0 or more; rises when the log may have been cut and its offsets reused
 * @param offset the offset, 0 or more
 */
public record Origin(String incarnation, int epoch, long offset) {
    private static final int LONGEST_INCARNATION = 64;

    public Origin {
        requireNonNull(incarnation, "incarnation");
        if (epoch < 0 || offset < 0) {
            throw new IllegalArgumentException(
                    "origin: epoch %d, offset %d (expected: 0 or more)".formatted(epoch, offset));
        }
    }

    /** How one origin stands to another of the same lane. */
    public enum Order {
        OLDER,
        SAME,
        NEWER,
        /** Not comparable: the topic was deleted and made again between the two. */
        UNRELATED
    }

    /** How this origin stands to {@code other}: by leader epoch, then by offset. */
    public Order comparedTo(Origin other) {
        if (!incarnation.equals(other.incarnation)) {
            return Order.UNRELATED;
        }
        int order = epoch != other.epoch ? Integer.compare(epoch, other.epoch) : Long.compare(offset, other.offset);
        return order < 0 ? Order.OLDER : order > 0 ? Order.NEWER : Order.SAME;
    }

    /** The form that headers and commit metadata carry: {@code incarnation:epoch:offset}. */
    @Override
    public String toString() {
        return incarnation + ":" + epoch + ":" + offset;
    }

    /**
     * Reads the form that {@link #toString()} writes. Each stage does so twice for each record, so it uses no pattern.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Origin parse(String text) {
        int epoch = text.indexOf(':') + 1;
        int offset = text.lastIndexOf(':') + 1;
        if (epoch < 2
                || epoch > LONGEST_INCARNATION + 1
                || !isIncarnation(text, epoch - 1)
                || !isNumber(text, epoch, offset - 1)
                || !isNumber(text, offset, text.length())) {
            throw new IllegalArgumentException("origin: '%s' (expected: incarnation:epoch:offset)".formatted(text));
        }
        try {
            return new Origin(
                    text.substring(0, epoch - 1),
                    Integer.parseInt(text, epoch, offset - 1, 10),
                    Long.parseLong(text, offset, text.length(), 10));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("origin: '%s' (epoch or offset too large)".formatted(text), e);
        }
    }

    private static boolean isIncarnation(String text, int to) {
        for (int i = 0; i < to; i++) {
            if (!isBase64(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64(int letter) {
        return letter >= 'a' && letter <= 'z'
                || letter >= 'A' && letter <= 'Z'
                || isDigit(letter)
                || letter == '-'
                || letter == '_';
    }

    private static boolean isNumber(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return from < to;
    }

    private static boolean isDigit(int letter) {
        return letter >= '0' && letter <= '9';
    }
}
