package dev.millrace.model.mail;

import java.util.ArrayList;
import java.util.List;

/**
 * What the HTML parts of a mail hold besides text.
 *
 * @param htmlLength length of the HTML source in UTF-16 units, all HTML parts together, 0 if there is none
 * @param textLength length of the text that a reader sees of it, in UTF-16 units
 * @param links links and form targets in document order, at most {@link #MAX_LINKS}
 * @param images images, tracking pixels among them
 * @param forms forms and their input fields
 * @param fonts elements that set a font, a colour or an alignment by hand
 */
public record Markup(int htmlLength, int textLength, List<Link> links, int images, int forms, int fonts) {
    /** Links beyond these are not kept. */
    public static final int MAX_LINKS = 2_000;

    /** A mail without HTML. */
    public static final Markup NONE = new Markup(0, 0, List.of(), 0, 0, 0);

    public Markup {
        if (htmlLength < 0 || textLength < 0 || images < 0 || forms < 0 || fonts < 0) {
            throw new IllegalArgumentException("markup: htmlLength %d, textLength %d, images %d, forms %d, fonts %d"
                            .formatted(htmlLength, textLength, images, forms, fonts)
                    + " (expected: 0 or more)");
        }
        links = links.size() > MAX_LINKS ? List.copyOf(links.subList(0, MAX_LINKS)) : List.copyOf(links);
    }

    /**
     * A link as its author wrote it.
     *
     * @param target the address it leads to
     * @param label the text shown, without that of elements within the link; empty for an image or a form
     */
    public record Link(String target, String label) {}

    /** This markup followed by that of a later part. */
    Markup plus(Markup other) {
        if (other == NONE) {
            return this;
        }
        var joined = new ArrayList<>(links);
        joined.addAll(other.links);
        return new Markup(
                htmlLength + other.htmlLength,
                textLength + other.textLength,
                joined,
                images + other.images,
                forms + other.forms,
                fonts + other.fonts);
    }
}
