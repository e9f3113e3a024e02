package dev.millrace.model.mail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.james.mime4j.util.CharsetUtil;
import org.jspecify.annotations.Nullable;

/** Bytes to text for mails, which often name a charset that is unknown or wrong. */
final class MailText {
    /** What unlabelled bytes that are not UTF-8 most often are; decodes any byte. */
    static final Charset LAST_RESORT = Charset.forName("windows-1252");

    private MailText() {}

    /**
     * Decodes in the declared charset if it is known and the bytes are valid in it; else as UTF-8 if they are valid so;
     * else in the declared charset with replacement characters, or as windows-1252 if the charset is not known.
     *
     * @param declared the charset parameter, if there is one
     * @param cut whether the bytes end in the middle of the text, so that a last, partial character is no error
     */
    static String decode(byte[] bytes, @Nullable String declared, boolean cut) {
        var charset = declared == null ? null : lookup(declared);
        if (charset != null) {
            String text = strictly(bytes, charset, cut);
            if (text != null) {
                return text;
            }
        }
        String utf8 = strictly(bytes, StandardCharsets.UTF_8, cut);
        if (utf8 != null) {
            return utf8;
        }
        boolean ascii = charset == null
                || charset.equals(StandardCharsets.US_ASCII)
                || charset.equals(StandardCharsets.UTF_8)
                || charset.equals(StandardCharsets.ISO_8859_1);
        return new String(bytes, ascii ? LAST_RESORT : charset);
    }

    private static @Nullable Charset lookup(String name) {
        // mime4j knows the aliases that mails use; it answers null for names that are unknown or not legal.
        var charset = CharsetUtil.lookup(name.strip());
        // What calls itself Latin-1 is windows-1252 in practice (https://encoding.spec.whatwg.org/#names-and-labels).
        return StandardCharsets.ISO_8859_1.equals(charset) ? LAST_RESORT : charset;
    }

    private static @Nullable String strictly(byte[] bytes, Charset charset, boolean cut) {
        var decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try {
            if (!cut) {
                return decoder.decode(ByteBuffer.wrap(bytes)).toString();
            }
            var out = CharBuffer.allocate((int) (bytes.length * (double) decoder.maxCharsPerByte()) + 1);
            var result = decoder.decode(ByteBuffer.wrap(bytes), out, false);
            return result.isError() ? null : out.flip().toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The first {@code length} units of a text, one fewer where that would part a surrogate pair. */
    static String clip(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        int end = length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.substring(0, end);
    }
}
