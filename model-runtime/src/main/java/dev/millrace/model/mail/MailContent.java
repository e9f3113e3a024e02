package dev.millrace.model.mail;

import static java.util.Objects.requireNonNull;

/**
 * What a reader sees of a mail: its subject and its body, without any other header.
 *
 * @param subject the decoded subject in one line, empty if there is none
 * @param text the body as text: plain parts as they are, HTML parts rendered, of alternatives the one a reader is shown
 * @param plainLength length of the plain text parts in UTF-16 units, those not shown included
 * @param markup what the HTML parts hold besides text
 * @param attachments parts that are not shown as text
 */
public record MailContent(String subject, String text, int plainLength, Markup markup, int attachments) {
    public MailContent {
        requireNonNull(subject, "subject");
        requireNonNull(text, "text");
        requireNonNull(markup, "markup");
        if (plainLength < 0 || attachments < 0) {
            throw new IllegalArgumentException(
                    "mail: plainLength %d, attachments %d (expected: 0 or more)".formatted(plainLength, attachments));
        }
    }

    /** A text without subject or markup, as an app posts it with {@code text/plain}. */
    public static MailContent ofPlainText(String text) {
        String clipped = MailText.clip(text, MailParser.MAX_TEXT_LENGTH);
        return new MailContent("", clipped, clipped.length(), Markup.NONE, 0);
    }

    /**
     * What the encoder is given: subject, newline, body; normalised as {@link ModelText} says, at most
     * {@value ModelText#MAX_LENGTH} UTF-16 units, without unpaired surrogates.
     */
    public String modelText() {
        return ModelText.of(subject, text);
    }
}
