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

    private static final Pattern GARBLED = Pattern.compile("\\uFFFD|[\\u00C2-\\u00DF]" + CONTINUATION
            + "|[\\u00E0-\\u00EF]" + CONTINUATION + "{2}|\\u00F0" + CONTINUATION + "{3}");

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
