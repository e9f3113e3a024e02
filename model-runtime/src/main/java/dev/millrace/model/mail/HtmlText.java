package dev.millrace.model.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeFilter;
import org.jsoup.select.NodeTraversor;

/**
 * Renders HTML as the text a reader sees, and counts what is not text. Hidden elements are left out, since what is
 * hidden in a mail is there for filters, not for readers. Nothing is fetched or run.
 */
final class HtmlText implements NodeFilter {
    private static final int MAX_DEPTH = 256;
    private static final int MAX_LABEL_LENGTH = 200;
    private static final int MAX_TARGET_LENGTH = 2_000;

    private static final Set<String> UNSEEN =
            Set.of("head", "script", "style", "noscript", "template", "object", "svg", "textarea", "select");
    private static final Set<String> BLOCKS = Set.of(
            "address",
            "article",
            "blockquote",
            "center",
            "dd",
            "div",
            "dl",
            "dt",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tr",
            "ul",
            "br");
    private static final Pattern HIDING = Pattern.compile(
            "display\\s*:\\s*none|visibility\\s*:\\s*hidden|font-size\\s*:\\s*0(?:px|pt|em|%)?\\s*(?:;|$)");

    private static final Pattern DOCUMENT =
            Pattern.compile("\\s*+(?:<!doctype\\s++html|<html|<head|<body)[\\s>]", Pattern.CASE_INSENSITIVE);

    private final StringBuilder text = new StringBuilder();
    private final List<Markup.Link> links = new ArrayList<>();
    private int images;
    private int forms;
    private int fonts;

    private HtmlText() {}

    /** What came of an HTML part. */
    record Rendered(String text, Markup markup) {}

    static Rendered render(String html) {
        var parser = Parser.htmlParser().setMaxDepth(MAX_DEPTH);
        var renderer = new HtmlText();
        NodeTraversor.filter(renderer, parser.parseInput(html, ""));
        String text = renderer.text.toString().strip();
        return new Rendered(
                text,
                new Markup(
                        html.length(), text.length(), renderer.links, renderer.images, renderer.forms, renderer.fonts));
    }

    /** Whether a text begins as a page of HTML does, whatever its type says: mails often forget to say that they are. */
    static boolean isDocument(String text) {
        return DOCUMENT.matcher(text).lookingAt();
    }

    @Override
    public FilterResult head(Node node, int depth) {
        if (node instanceof TextNode words) {
            append(words.getWholeText());
        } else if (node instanceof Element element) {
            if (UNSEEN.contains(element.normalName()) || isHidden(element)) {
                return FilterResult.SKIP_ENTIRELY;
            }
            count(element);
            if (BLOCKS.contains(element.normalName())) {
                newLine();
            } else if (element.normalName().equals("td") || element.normalName().equals("th")) {
                append(" ");
            }
        }
        return FilterResult.CONTINUE;
    }

    @Override
    public FilterResult tail(Node node, int depth) {
        if (node instanceof Element element && BLOCKS.contains(element.normalName())) {
            newLine();
        }
        return FilterResult.CONTINUE;
    }

    private static boolean isHidden(Element element) {
        return element.hasAttr("hidden")
                || (element.hasAttr("style")
                        && HIDING.matcher(element.attr("style").toLowerCase(Locale.ROOT))
                                .find());
    }

    private void count(Element element) {
        switch (element.normalName()) {
            case "a", "area" -> link(element, "href");
            case "form" -> {
                forms++;
                link(element, "action");
            }
            case "input", "button" -> forms++;
            case "img" -> images++;
            case "font", "center", "marquee", "blink" -> fonts++;
            default -> {
                if (element.hasAttr("bgcolor") || element.hasAttr("color") || element.hasAttr("background")) {
                    fonts++;
                }
            }
        }
    }

    private void link(Element element, String attribute) {
        String target = element.attr(attribute).strip();
        if (!target.isEmpty() && links.size() < Markup.MAX_LINKS) {
            links.add(new Markup.Link(MailText.clip(target, MAX_TARGET_LENGTH), label(element)));
        }
    }

    /** The own words of a link, without those of elements in it, such as {@code <b>}: bounded work for nested links. */
    private static String label(Element element) {
        return element.normalName().equals("form") ? "" : MailText.clip(element.ownText(), MAX_LABEL_LENGTH);
    }

    private void append(String words) {
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            boolean space = Character.isWhitespace(c) || c == '\u00a0';
            if (!space) {
                text.append(c);
            } else if (!text.isEmpty() && !Character.isWhitespace(text.charAt(text.length() - 1))) {
                text.append(' ');
            }
        }
    }

    private void newLine() {
        while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            text.append('\n');
        }
    }
}
