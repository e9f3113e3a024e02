package dev.millrace.model.mail;

import static dev.millrace.model.mail.TextStatistics.share;

import dev.millrace.model.mail.TextStatistics.Topic;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * The engineered features {@value #VERSION} of a mail, from its subject and body alone (without the footers of mailing
 * lists). Each is finite, 0 or more, and
 * depends on nothing but the mail. A change of a definition, of the names or of their order is a new version.
 *
 * <p>{@code log_…} is ln(1 + count); {@code …_share} is a part of a whole, 0 to 1; {@code …_rate} is ln(1 + occurrences
 * per 100 words).
 */
public final class MailFeatures {
    /** The name pipelines call this set of features by. */
    public static final String VERSION = "mail-v1";

    private static final Pattern ADDRESS = Pattern.compile("[\\w.+-]{1,64}+@[\\w-]++\\.[\\w.-]++");
    private static final Pattern HOST =
            Pattern.compile("^(?:https?:)?//(?:[^/?#@]*+@)?+([^/?#:]++)", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMERIC_HOST = Pattern.compile("[0-9.]++|0x[0-9a-f]++");
    private static final Pattern REPLY = Pattern.compile("^(?:re|aw|sv|antw)(?:\\[\\d+])?:", Pattern.CASE_INSENSITIVE);

    private static final List<Feature> FEATURES = List.of(
            new Feature("log_text_length", m -> Math.log1p(m.body.length)),
            new Feature("log_words", m -> Math.log1p(m.body.words)),
            new Feature("mean_word_length", m -> Math.min(share(m.body.wordLetters, m.body.words), 50)),
            new Feature("log_longest_line", m -> Math.log1p(m.body.longestLine)),
            new Feature("log_subject_length", m -> Math.log1p(m.subject.length)),
            new Feature("subject_capital_share", m -> share(m.subject.capitals, m.subject.letters)),
            new Feature("subject_digit_share", m -> share(m.subject.digits, m.subject.length)),
            new Feature("log_subject_exclamations", m -> Math.log1p(m.subject.exclamations + m.subject.currencySigns)),
            new Feature("subject_is_reply", m -> REPLY.matcher(m.mail.subject()).find() ? 1 : 0),
            new Feature("capital_share", m -> share(m.body.capitals, m.body.letters)),
            new Feature("shouted_word_share", m -> share(m.body.shoutedWords, m.body.words)),
            new Feature("digit_share", m -> share(m.body.digits, m.body.length)),
            new Feature("non_ascii_share", m -> share(m.body.nonAscii, m.body.length)),
            new Feature("exclamation_rate", m -> m.rate(m.body.exclamations)),
            new Feature("question_rate", m -> m.rate(m.body.questions)),
            new Feature("currency_sign_rate", m -> m.rate(m.body.currencySigns)),
            new Feature("quoted_line_share", m -> share(m.body.quotedLines, m.body.lines)),
            new Feature("log_links", m -> Math.log1p(m.links)),
            new Feature("log_link_hosts", m -> Math.log1p(m.hosts)),
            new Feature("log_numeric_links", m -> Math.log1p(m.numericLinks)),
            new Feature("log_misleading_links", m -> Math.log1p(m.misleadingLinks)),
            new Feature("log_addresses", m -> Math.log1p(m.addresses)),
            new Feature("html_share", m -> share(m.html(), m.html() + m.mail.plainLength())),
            new Feature(
                    "markup_share",
                    m -> share(Math.max(0, m.html() - m.mail.markup().textLength()), m.html())),
            new Feature("log_images", m -> Math.log1p(m.mail.markup().images())),
            new Feature("log_forms", m -> Math.log1p(m.mail.markup().forms())),
            new Feature("log_fonts", m -> Math.log1p(m.mail.markup().fonts())),
            new Feature("log_attachments", m -> Math.log1p(m.mail.attachments())),
            new Feature("money_word_rate", m -> m.rate(m.body.topic(Topic.MONEY))),
            new Feature("offer_word_rate", m -> m.rate(m.body.topic(Topic.OFFER))),
            new Feature("urgency_word_rate", m -> m.rate(m.body.topic(Topic.URGENCY))),
            new Feature("opt_out_word_rate", m -> m.rate(m.body.topic(Topic.OPT_OUT))),
            new Feature("call_word_rate", m -> m.rate(m.body.topic(Topic.CALL))),
            new Feature("vice_word_rate", m -> m.rate(m.body.topic(Topic.VICE))),
            new Feature("conversation_word_rate", m -> m.rate(m.body.topic(Topic.CONVERSATION))));

    /** Names in the order of {@link #extract}'s values. */
    public static final List<String> NAMES =
            FEATURES.stream().map(Feature::name).toList();

    private MailFeatures() {}

    /**
     * The features of a mail.
     *
     * @return values of shape (F), in the order of {@link #NAMES}
     */
    public static float[] extract(MailContent mail) {
        var measured = new Measured(mail);
        float[] values = new float[FEATURES.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) FEATURES.get(i).value.applyAsDouble(measured);
        }
        return values;
    }

    private record Feature(String name, ToDoubleFunction<Measured> value) {}

    /** A mail with everything counted that the features are made of. */
    private static final class Measured {
        final MailContent mail;
        final TextStatistics subject;
        final TextStatistics body;
        int links;
        int hosts;
        int numericLinks;
        int misleadingLinks;
        int addresses;

        Measured(MailContent mail) {
            this.mail = mail;
            subject = TextStatistics.of(mail.subject());
            String text = ListFooters.removedFrom(mail.text());
            body = TextStatistics.of(text);
            addresses = (int) ADDRESS.matcher(text).results().count();
            countLinks(text);
        }

        private void countLinks(String text) {
            var seen = new HashSet<String>();
            var matcher = ModelText.LINK.matcher(text);
            for (int found = 0; found < Markup.MAX_LINKS && matcher.find(); found++) {
                take(host(matcher.group()), seen);
            }
            for (var link : mail.markup().links()) {
                String host = host(link.target());
                take(host, seen);
                String shown = ModelText.LINK.matcher(link.label()).lookingAt() ? host(link.label()) : "";
                if (!host.isEmpty() && !shown.isEmpty() && !site(host).equals(site(shown))) {
                    misleadingLinks++;
                }
            }
            hosts = seen.size();
        }

        private void take(String host, HashSet<String> seen) {
            if (!host.isEmpty()) {
                links++;
                seen.add(host);
                numericLinks += NUMERIC_HOST.matcher(host).matches() ? 1 : 0;
            }
        }

        /** The host of a web address, lower-case; empty if it leads elsewhere ({@code mailto:}, a place on the page). */
        private static String host(String address) {
            boolean bare = address.regionMatches(true, 0, "www.", 0, 4);
            var matcher = HOST.matcher(bare ? "//" + address : address);
            return matcher.find() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
        }

        /** The last two labels of a host: close enough to tell one site from another. */
        private static String site(String host) {
            int dot = host.lastIndexOf('.', host.lastIndexOf('.') - 1);
            return host.substring(dot + 1);
        }

        int html() {
            return mail.markup().htmlLength();
        }

        double rate(int occurrences) {
            return Math.log1p(100 * share(occurrences, body.words));
        }
    }
}
