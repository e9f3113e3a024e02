package dev.millrace.model.mail;

import java.util.regex.Pattern;

/**
 * Takes out of a body what a list server or its host added: the footer that names the list, the sponsor's lines. They
 * say who ran the list, not what the mail is, and a model trained on a few lists' mails would learn them by heart.
 *
 * <p>Three forms are known: a separator line with such words in one of the next lines, to the paragraph's end; a line
 * that says how to leave the list; a list's page at the server.
 */
final class ListFooters {
    private static final int LOOK_AHEAD = 3;
    private static final int MAX_LINES = 8;

    private static final Pattern SEPARATOR = Pattern.compile("[> ]*+(?:_{20,}+|-{20,}+|-- ?)\\s*+");
    private static final Pattern WORDS =
            Pattern.compile("mailing list|/listinfo/|sponsored by|unsubscri|list maintainer", Pattern.CASE_INSENSITIVE);
    private static final Pattern TITLED_SEPARATOR =
            Pattern.compile("[> ]*+-{5,}+[^-\\n]{0,60}sponsor[^\\n]*+", Pattern.CASE_INSENSITIVE);
    private static final Pattern SINGLE = Pattern.compile(
            "/mailman/listinfo/|^[> ]*+to unsubscribe from this (?:group|list)", Pattern.CASE_INSENSITIVE);

    private ListFooters() {}

    /** The text without footers, lines parted by a newline alone, without blanks at its ends. */
    static String removedFrom(String text) {
        String[] lines = text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
        var kept = new StringBuilder(text.length());
        for (int i = 0; i < lines.length; i++) {
            if (startsFooter(lines, i)) {
                i = lastOfParagraph(lines, i);
            } else if (!SINGLE.matcher(lines[i]).find()) {
                kept.append(lines[i]).append('\n');
            }
        }
        return kept.toString().strip();
    }

    private static boolean startsFooter(String[] lines, int at) {
        if (TITLED_SEPARATOR.matcher(lines[at]).matches()) {
            return true;
        }
        if (!SEPARATOR.matcher(lines[at]).matches()) {
            return false;
        }
        for (int i = at + 1; i < lines.length && i <= at + LOOK_AHEAD; i++) {
            if (WORDS.matcher(lines[i]).find()) {
                return true;
            }
        }
        return false;
    }

    private static int lastOfParagraph(String[] lines, int start) {
        int last = start;
        while (last + 1 < lines.length && last - start < MAX_LINES && !lines[last + 1].isBlank()) {
            last++;
        }
        return last;
    }
}
