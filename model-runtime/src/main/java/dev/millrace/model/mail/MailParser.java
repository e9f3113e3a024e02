package dev.millrace.model.mail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.MimeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Reads an e-mail message (RFC 5322, MIME) into its subject and the text of its body.
 *
 * <p>Lenient in what people's mail programs get wrong: unknown or wrong charsets, broken encodings, missing boundaries.
 * Work is bounded against hostile input: containers deeper than {@value #MAX_DEPTH} are not opened, parts after the
 * first {@value #MAX_PARTS} and text after the first {@value #MAX_TEXT_LENGTH} units are not read; of a field the first
 * {@value HeaderFields#MAX_FIELD_BYTES} bytes are; a multipart with a boundary of more than
 * {@value #MAX_BOUNDARY_LENGTH} characters ends the reading. What was read until a limit, or until the message breaks
 * off, counts.
 */
public final class MailParser {
    static final int MAX_DEPTH = 8;
    static final int MAX_PARTS = 200;
    static final int MAX_TEXT_LENGTH = 200_000;
    static final int MAX_SUBJECT_LENGTH = 1_000;

    private static final int MAX_SUBJECT_BYTES = 16_384;
    private static final int MAX_HEADERS = 1_000;

    /** RFC 2046, 5.1.1. Looking for a boundary takes the product of its length, the message's and the depth. */
    private static final int MAX_BOUNDARY_LENGTH = 70;

    private static final MimeConfig CONFIG =
            MimeConfig.custom().setMaxLineLen(-1).setMaxHeaderCount(MAX_HEADERS).build();
    private static final byte[] MBOX_LINE = "From ".getBytes(StandardCharsets.US_ASCII);

    private final MimeTokenStream tokens = new MimeTokenStream(CONFIG, null, new HeaderFields(), null);
    private final Deque<Container> containers = new ArrayDeque<>();
    private Markup markup = Markup.NONE;
    private @Nullable String subject;
    private String disposition = "";
    private boolean headerRead;
    private int messages;
    private int fields;
    private int parts;
    private int attachments;
    private int plainLength;
    private int textBudget = MAX_TEXT_LENGTH;

    private MailParser() {}

    /**
     * Reads a message.
     *
     * @param message the message as it travels, with or without a first line {@code From …} of a mailbox file
     * @throws MalformedMailException if the bytes do not begin with a header of a message, or the header has more than
     *     1,000 fields
     */
    public static MailContent parse(byte[] message) throws MalformedMailException {
        return new MailParser().read(message);
    }

    private MailContent read(byte[] message) throws MalformedMailException {
        int start = startOfHeader(message);
        containers.push(new Container(false));
        try {
            tokens.parse(new ByteArrayInputStream(message, start, message.length - start));
            for (var state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                if (!accept(state)) {
                    break;
                }
            }
        } catch (MimeException | IOException e) {
            if (!headerRead) {
                throw new MalformedMailException("header: %s".formatted(e.getMessage()), e);
            }
        }
        while (containers.size() > 1) {
            close();
        }
        return new MailContent(
                subject == null ? "" : subject, containers.pop().text(), plainLength, markup, attachments);
    }

    private static int startOfHeader(byte[] message) {
        int start = 0;
        while (start < message.length && (message[start] == '\r' || message[start] == '\n')) {
            start++;
        }
        if (message.length - start > MBOX_LINE.length
                && Arrays.equals(message, start, start + MBOX_LINE.length, MBOX_LINE, 0, MBOX_LINE.length)) {
            while (start < message.length && message[start] != '\n') {
                start++;
            }
            start = Math.min(start + 1, message.length);
        }
        return start;
    }

    /** Takes one event of the stream up; false ends the reading. */
    private boolean accept(EntityState state) throws MalformedMailException, IOException {
        switch (state) {
            case T_START_MESSAGE -> messages++;
            case T_END_MESSAGE -> messages--;
            case T_START_HEADER -> disposition = "";
            case T_FIELD -> field(tokens.getField());
            case T_END_HEADER -> {
                if (!headerRead && fields == 0) {
                    throw new MalformedMailException("header: no field (expected: a header such as 'Subject: …')");
                }
                headerRead = true;
                boolean open = containers.size() + messages <= MAX_DEPTH;
                tokens.setRecursionMode(open ? RecursionMode.M_RECURSE : RecursionMode.M_FLAT);
            }
            case T_START_MULTIPART -> {
                var descriptor = tokens.getBodyDescriptor();
                if (descriptor.getBoundary().length() > MAX_BOUNDARY_LENGTH) {
                    return false;
                }
                containers.push(new Container("multipart/alternative".equals(descriptor.getMimeType())));
            }
            case T_END_MULTIPART -> close();
            case T_BODY -> {
                if (++parts > MAX_PARTS) {
                    return false;
                }
                body();
            }
            default -> {
                // Preambles and epilogues are not shown to readers.
            }
        }
        return textBudget > 0;
    }

    private void field(Field field) {
        String name = field.getNameLowerCase();
        if (!headerRead) {
            fields++;
            if (subject == null && name.equals("subject")) {
                subject = subject(field);
            }
        }
        if (name.equals("content-disposition")) {
            disposition = field.getBody().strip().toLowerCase(Locale.ROOT);
        }
    }

    private static String subject(Field field) {
        byte[] raw = field.getRaw().toByteArray();
        int colon = 0;
        while (colon < raw.length && raw[colon] != ':') {
            colon++;
        }
        int end = Math.min(raw.length, MAX_SUBJECT_BYTES);
        byte[] value = Arrays.copyOfRange(raw, Math.min(colon + 1, end), end);
        String text = MimeUtil.unfold(MailText.decode(value, null, end < raw.length));
        String decoded = DecoderUtil.decodeEncodedWords(text, DecodeMonitor.SILENT, MailText.LAST_RESORT);
        return MailText.clip(decoded.replaceAll("[\\s\\p{Cc}]+", " ").strip(), MAX_SUBJECT_LENGTH);
    }

    private void body() throws IOException {
        var descriptor = tokens.getBodyDescriptor();
        String type = descriptor.getMimeType().toLowerCase(Locale.ROOT);
        if (!type.startsWith("text/") || disposition.startsWith("attachment")) {
            attachments++;
            return;
        }
        // At most four bytes make a unit, and base64 padding or soft line breaks are gone here already.
        int limit = 4 * textBudget;
        byte[] bytes = tokens.getDecodedInputStream().readNBytes(limit);
        String text = MailText.decode(bytes, descriptor.getCharset(), bytes.length == limit);
        text = MailText.clip(text, textBudget);
        textBudget -= text.length();
        if (type.equals("text/html") || HtmlText.isDocument(text)) {
            var rendered = HtmlText.render(text);
            markup = markup.plus(rendered.markup());
            current().add(rendered.text());
        } else {
            plainLength += text.length();
            current().add(text);
        }
    }

    private void close() {
        var closed = containers.pop();
        current().add(closed.text());
    }

    private Container current() {
        return containers.element();
    }

    /** A multipart in the making: joins its parts' texts, or keeps the last one that says anything. */
    private static final class Container {
        private final boolean alternative;
        private final StringBuilder text = new StringBuilder();

        Container(boolean alternative) {
            this.alternative = alternative;
        }

        /** Adds a part. Of alternatives the last is the richest, and is what a reader is shown (RFC 2046, 5.1.4). */
        void add(String part) {
            if (part.isBlank()) {
                return;
            }
            if (alternative) {
                text.setLength(0);
            } else if (!text.isEmpty()) {
                text.append('\n');
            }
            text.append(part);
        }

        String text() {
            return text.toString();
        }
    }
}
