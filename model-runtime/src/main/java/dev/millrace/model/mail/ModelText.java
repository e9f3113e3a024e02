package dev.millrace.model.mail;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Brings subject and body into the form the encoder reads. An encoder sees some hundred tokens, so what would fill them
 * without saying anything is made short: long runs of one sign, web and mail addresses (which become the words
 * {@code link} and {@code address}), blank lines. What names the mailing list rather than the mail is left out: a tag
 * {@code [list]} in the subject, and {@linkplain ListFooters footers}.
 */
final class ModelText {
    static final int MAX_LENGTH = 8_192;

    /** Normalising takes this much of the body up at most; it seldom shrinks below a quarter. */
    private static final int MAX_SOURCE_LENGTH = 4 * MAX_LENGTH;

    private static final Pattern LIST_TAG = Pattern.compile(
            "^((?:(?:re|fwd?|aw|wg)(?:\\[\\d+])?:\\s*)*+)\\[[^\\]]{1,40}]\\s*", Pattern.CASE_INSENSITIVE);
    static final Pattern LINK = Pattern.compile("(?:https?://|www\\.)[^\\s<>\"']++", Pattern.CASE_INSENSITIVE);
    private static final Pattern ADDRESS = Pattern.compile("[\\w.+-]{1,64}+@[\\w.-]++");
    /** Control and format characters (zero-width ones hide words from filters) and unpaired surrogates. */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\ufffd&&[^\\n\\t]]++");

    private static final Pattern RUN = Pattern.compile("([^\\p{L}\\p{N}\\s])\\1{3,}+");
    private static final Pattern SPACES = Pattern.compile("[\\p{Zs}\\t]++");
    private static final Pattern LINES = Pattern.compile(" ?\\n[\\s]*+");

    private ModelText() {}

    static String of(String subject, String body) {
        String title = LIST_TAG.matcher(subject).replaceFirst("$1");
        String text = ListFooters.removedFrom(MailText.clip(body, MAX_SOURCE_LENGTH));
        return MailText.clip((normalised(title) + "\n" + normalised(text)).strip(), MAX_LENGTH);
    }

    private static String normalised(String text) {
        String result = Normalizer.normalize(UNSEEN.matcher(text).replaceAll(""), Normalizer.Form.NFC);
        result = LINK.matcher(result).replaceAll(" link ");
        result = ADDRESS.matcher(result).replaceAll(" address ");
        result = RUN.matcher(result).replaceAll("$1$1$1");
        result = SPACES.matcher(result).replaceAll(" ");
        return LINES.matcher(result).replaceAll("\n").strip();
    }
}
