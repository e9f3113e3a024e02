package dev.millrace.collector.content;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * Tells what is no e-mail message at all, without decoding any body. Mail of the wild must pass, so much is forgiven:
 * bare line feeds, an mbox {@code From } line, 8-bit headers, missing final boundaries, broken header lines among good
 * ones. Refused are: no header field before the body, a multipart message without a boundary, NUL in the header, more
 * than {@value #MOST_FIELDS} fields in a part, a field over {@value #LONGEST_FIELD} bytes, parts nested deeper than
 * {@value #DEEPEST}.
 */
final class MailCheck {
    static final int MOST_FIELDS = 1000;
    static final int LONGEST_FIELD = 128 * 1024;
    static final int DEEPEST = 32;

    private static final MimeConfig CONFIG = MimeConfig.custom()
            .setStrictParsing(false)
            .setMaxLineLen(-1)
            .setMaxHeaderCount(MOST_FIELDS)
            .setMaxHeaderLen(LONGEST_FIELD)
            .setMaxContentLen(-1)
            .build();

    private MailCheck() {}

    /** @throws RequestProblem {@code MALFORMED_MAIL}, saying which of the rules is broken */
    static void check(byte[] message) {
        requireHeader(message);
        var stream = new MimeTokenStream(CONFIG);
        stream.setRecursionMode(RecursionMode.M_RECURSE);
        stream.parse(new ByteArrayInputStream(message));
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
        for (var state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            switch (state) {
                case T_START_MULTIPART, T_START_MESSAGE -> {
                    if (++depth > DEEPEST) {
                        throw malformed("parts nested deeper than " + DEEPEST);
                    }
                }
                case T_END_MULTIPART, T_END_MESSAGE -> depth--;
                case T_BODY -> {
                    var body = stream.getBodyDescriptor();
                    if (depth <= 1 && body.getMimeType().startsWith("multipart/") && body.getBoundary() == null) {
                        throw malformed("Content-Type: %s without boundary (expected: with one)"
                                .formatted(RequestProblem.quote(body.getMimeType())));
                    }
                }
                default -> {
                    // Headers, preambles and leaves are as they are.
                }
            }
        }
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

    /** RFC 5322, 2.2: a name of visible ASCII, then a colon; blanks before the colon are forgiven. */
    private static boolean isField(byte[] message, int start, int end) {
        int at = start;
        while (at < end && message[at] > ' ' && message[at] < 0x7f && message[at] != ':') {
            at++;
        }
        int nameEnd = at;
        while (at < end && (message[at] == ' ' || message[at] == '\t')) {
            at++;
        }
        return nameEnd > start && at < end && message[at] == ':';
    }

    private static RequestProblem malformed(String detail) {
        return new RequestProblem(ErrorCode.MALFORMED_MAIL, "content: " + detail);
    }
}
