package dev.millrace.model.mail;

import java.util.regex.Pattern;

/**
 * Traces in a mail's text of what went wrong before it came, counted on the subject and body as they were decoded.
 *
 * @param garbled characters that were read in the wrong charset: replacement characters, and the pairs that UTF-8 makes when it
 *     is read as Latin-1 or Windows-1252
 * @param tags HTML tags in what should be text
 */
public record TextFaults(int garbled, int tags) {
    /** How the bytes 80 to BF look in Latin-1 and Windows-1252. */
    private static final String CONTINUATION =
            "[\\u0080-\\u00BF\\u0152\\u0153\\u0160\\u0161\\u0178\\u017D\\u017E\\u0192\\u02C6\\u02DC\\u2013\\u2014\\u2018-\\u201E"
                    + "\\u2020-\\u2022\\u2026\\u2030\\u2039\\u203A\\u20AC\\u2122]";

    /** Those that also follow a letter in good text: quotation marks, dashes, ellipsis, no-break space and raised digits. */
    private static final String SIGN =
            "[\\u00A0\\u00AB\\u00BB\\u00B2\\u00B3\\u00B9\\u2013\\u2014\\u2018-\\u201E\\u2026\\u2039\\u203A]";

    /** With which each of them begins: looked at first, as most characters of most texts are none of these. */
    private static final String FIRST = "[\\u00C2-\\u00F0\\uFFFD]";

    private static final String CHARACTER = "(?:[\\u00C2-\\u00DF]" + CONTINUATION + "|[\\u00E0-\\u00EF]" + CONTINUATION
            + "{2}|\\u00F0" + CONTINUATION + "{3})";

    /*
     * Latin-1 shows the bytes 80 to 9F as controls, which no text has, so these give it away. Windows-1252 shows them as signs that
     * texts do have: a "ß" before a quotation mark, or an "é" before a no-break space and "»", would be UTF-8 of some far script.
     * Of other scripts there are many characters in a row; alone counts only what stands alone in usual texts, Latin letters,
     * punctuation, currency, symbols and emoji, and of the letters that end with such a sign only those within a word.
     */
    private static final Pattern GARBLED = Pattern.compile("(?=" + FIRST + ")(?:"
            + String.join(
                    "|",
                    "\\uFFFD",
                    CHARACTER + "(?=" + CHARACTER + ")",
                    "(?<=" + CHARACTER + ")" + CHARACTER,
                    "[\\u00C2-\\u00DF][\\u0080-\\u009F]",
                    "[\\u00E0-\\u00EF](?:[\\u0080-\\u009F]" + CONTINUATION + "|" + CONTINUATION + "[\\u0080-\\u009F])",
                    "\\u00C2[\\u00A0-\\u00BF]",
                    "(?<!\\p{Lu})\\u00C3\\u00A0",
                    "[\\u00C3-\\u00C5](?!" + SIGN + ")" + CONTINUATION,
                    "[\\u00C3-\\u00C5]" + SIGN + "(?=\\p{L})",
                    "(?<=\\p{Ll})[\\u00C3-\\u00C5]" + SIGN,
                    "\\u00E2[\\u20AC\\u201A\\u0192\\u201E\\u2020\\u2021\\u02C6\\u2030\\u0160\\u2039\\u0152\\u017D"
                            + "\\u02DC\\u2122\\u0161\\u203A\\u0153\\u017E\\u0178]" + CONTINUATION,
                    "\\u00EF(?:\\u00BB\\u00BF|[\\u00B8\\u00BC-\\u00BF]" + CONTINUATION + ")",
                    "\\u00F0\\u0178" + CONTINUATION + "{2}",
                    "\\u00F0[\\u0080-\\u009F]" + CONTINUATION + "{2}")
            + ")");

    private static final Pattern TAG = Pattern.compile(
            "</?(?:a|b|body|br|div|em|embed|font|form|h[1-6]|head|html|i|iframe|img|input|li|link|meta|object|p|script|span"
                    + "|strong|style|svg|table|td|tr|u|ul)(?:\\s[^<>]{0,1000})?/?>",
            Pattern.CASE_INSENSITIVE);

    /** Of a mail. */
    public static TextFaults of(MailContent mail) {
        return new TextFaults(
                count(GARBLED, mail.subject()) + count(GARBLED, mail.text()),
                count(TAG, mail.subject()) + count(TAG, mail.text()));
    }

    private static int count(Pattern pattern, String text) {
        return (int) pattern.matcher(text).results().count();
    }
}
