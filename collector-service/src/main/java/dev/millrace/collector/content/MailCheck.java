package dev.millrace.collector.content;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.DefaultFieldBuilder;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * Tells what is no e-mail message at all, without decoding any body. Mail of the wild must pass, so much is forgiven:
 * bare line feeds, an mbox {@code From } line, 8-bit headers, missing final boundaries, broken header lines among good
 * ones. Refused are: no header field before the body, a multipart message without a boundary, a boundary of more than
 * {@value #LONGEST_BOUNDARY} characters, NUL in the header, more than {@value #MOST_FIELDS} fields in a part, a field
 * over {@value #LONGEST_FIELD} bytes, parts nested deeper than {@value #DEEPEST}.
 */
final class MailCheck {
    static final int MOST_FIELDS = 1000;
    static final int LONGEST_FIELD = 128 * 1024;
    static final int DEEPEST = 32;

    /** RFC 2046, 5.1.1. Looking for a boundary takes the product of its length, the message's and the depth. */
    static final int LONGEST_BOUNDARY = 70;

    /** Decoding parameters takes time by the square of their length, so of a longer {@code Content-Type} the type counts. */
    static final int LONGEST_CONTENT_TYPE = 4096;

    private static final MimeConfig CONFIG = MimeConfig.custom()
            .setStrictParsing(false)
            .setMaxLineLen(-1)
            .setMaxHeaderCount(MOST_FIELDS)
            .setMaxContentLen(-1)
            .build();

    private MailCheck() {}

    /** @throws RequestProblem {@code MALFORMED_MAIL}, saying which of the rules is broken */
    static void check(byte[] message) {
        requireHeader(message);
        var stream = new MimeTokenStream(CONFIG, null, new Fields(), null);
        stream.setRecursionMode(RecursionMode.M_RECURSE);
        int start = startOfHeader(message);
        stream.parse(new ByteArrayInputStream(message, start, message.length - start));
        try {
            walk(stream);
        } catch (MimeException e) {
            throw malformed("structure beyond the limits (expected: at most %d header fields in a part, %d bytes each)"
                    .formatted(MOST_FIELDS, LONGEST_FIELD));
        } catch (IOException e) {
            throw malformed("structure that cannot be followed (expected: RFC 5322 with MIME)");
        }
    }

    private static void walk(MimeTokenStream stream) throws IOException, MimeException {
        int depth = 0;
        String type = "";
        for (var state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            switch (state) {
                case T_START_MULTIPART -> {
                    depth = deeper(depth);
                    requireBoundary(stream.getBodyDescriptor().getBoundary());
                }
                case T_START_MESSAGE -> depth = deeper(depth);
                case T_END_MULTIPART, T_END_MESSAGE -> depth--;
                case T_FIELD -> {
                    if (depth == 1 && stream.getField().getNameLowerCase().equals("content-type")) {
                        type = stream.getField().getBody().strip().toLowerCase(Locale.ROOT);
                    }
                }
                case T_BODY -> {
                    // Without a boundary the parser takes the body of a multipart message for one text.
                    if (depth == 1 && type.startsWith("multipart/")) {
                        throw malformed(
                                "Content-Type: %s (expected: with a boundary)".formatted(RequestProblem.quote(type)));
                    }
                }
                default -> {
                    // Preambles, epilogues and the rest are as they are.
                }
            }
        }
    }

    private static int deeper(int depth) {
        if (depth == DEEPEST) {
            throw malformed("parts nested deeper than " + DEEPEST);
        }
        return depth + 1;
    }

    private static void requireBoundary(String boundary) {
        if (boundary.length() > LONGEST_BOUNDARY) {
            throw malformed(
                    "boundary of %d characters (expected: at most %d)".formatted(boundary.length(), LONGEST_BOUNDARY));
        }
    }

    /** Empty lines before the header are forgiven; with them, the parser would take the header for a body. */
    private static int startOfHeader(byte[] message) {
        int start = 0;
        while (start < message.length && (message[start] == '\r' || message[start] == '\n')) {
            start++;
        }
        return start;
    }

    /** One good field must stand before the first empty line. */
    private static void requireHeader(byte[] message) {
        boolean found = false;
        int start = 0;
        while (start < message.length) {
            int end = start;
            while (end < message.length && message[end] != '\n') {
                if (message[end] == 0) {
                    throw malformed("NUL at %d, in the header (expected: text)".formatted(end));
                }
                end++;
            }
            boolean blank = end == start || (end == start + 1 && message[start] == '\r');
            if (blank && start > 0) {
                break;
            }
            found |= isField(message, start, end);
            start = end + 1;
        }
        if (!found) {
            throw malformed("no header field (expected: fields as in 'Subject: …', an empty line, a body)");
        }
    }

    /**
     * A letter, then letters, digits and dashes, then a colon. RFC 5322 (2.2) allows more in a name, but each mail has a
     * field of such a name, and JSON or a log has not. Blanks before the colon are forgiven.
     */
    private static boolean isField(byte[] message, int start, int end) {
        int at = start;
        while (at < end && (isLetter(message[at]) || (at > start && isDigitOrDash(message[at])))) {
            at++;
        }
        int nameEnd = at;
        while (at < end && (message[at] == ' ' || message[at] == '\t')) {
            at++;
        }
        return nameEnd > start && at < end && message[at] == ':';
    }

    private static boolean isLetter(byte character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    }

    private static boolean isDigitOrDash(byte character) {
        return (character >= '0' && character <= '9') || character == '-';
    }

    private static RequestProblem malformed(String detail) {
        return new RequestProblem(ErrorCode.MALFORMED_MAIL, "content: " + detail);
    }

    private static final class Fields extends DefaultFieldBuilder {
        Fields() {
            super(LONGEST_FIELD);
        }

        @Override
        public RawField build() throws MimeException {
            var field = super.build();
            if (field.getNameLowerCase().equals("content-type") && getRaw().length() > LONGEST_CONTENT_TYPE) {
                return new RawField(field.getName(), field.getBody().split(";", 2)[0]);
            }
            return field;
        }
    }
}
