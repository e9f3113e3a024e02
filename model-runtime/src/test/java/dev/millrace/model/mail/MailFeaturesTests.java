package dev.millrace.model.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MailFeaturesTests {
    @Test
    void namesEachFeatureOnce() {
        assertThat(MailFeatures.NAMES).doesNotHaveDuplicates().hasSize(MailFeatures.extract(body("x")).length);
    }

    @Test
    void areZeroForAnEmptyMail() {
        assertThat(MailFeatures.extract(body(""))).containsOnly(0f);
    }

    @Test
    void measureWordsAndSigns() {
        var mail = body("BUY now, $5 off!\nIs it?\n> no\n");

        assertThat(feature("log_words", mail)).isCloseTo((float) Math.log1p(6), within(1e-6f));
        assertThat(feature("shouted_word_share", mail)).isCloseTo(1 / 6f, within(1e-6f));
        assertThat(feature("currency_sign_rate", mail)).isCloseTo((float) Math.log1p(100 / 6.0), within(1e-6f));
        assertThat(feature("exclamation_rate", mail)).isEqualTo(feature("question_rate", mail));
        assertThat(feature("quoted_line_share", mail)).isCloseTo(1 / 3f, within(1e-6f));
        assertThat(feature("offer_word_rate", mail)).isPositive();
        assertThat(feature("urgency_word_rate", mail)).isPositive();
    }

    @Test
    void measureTheSubject() {
        var mail = new MailContent("Re: WIN 10!", "", 0, Markup.NONE, 0);

        assertThat(feature("subject_is_reply", mail)).isEqualTo(1);
        assertThat(feature("subject_capital_share", mail)).isCloseTo(4 / 5f, within(1e-6f));
        assertThat(feature("subject_digit_share", mail)).isCloseTo(2 / 11f, within(1e-6f));
        assertThat(feature("log_subject_exclamations", mail)).isCloseTo((float) Math.log(2), within(1e-6f));
    }

    @Test
    void countLinksAndTheirHosts() throws Exception {
        var mail = MailParser.parse("""
                Subject: x
                Content-Type: text/html

                <a href="http://a.example/1">x</a> <a href="HTTPS://A.example:8080/2">y</a>
                <a href="http://192.0.2.7/">http://www.bank.example/login</a>
                <a href="http://shop.bank.example/">www.bank.example</a> <a href="mailto:z@example.org">z</a>
                """.getBytes(StandardCharsets.US_ASCII));

        // Four links that lead to the web, and the two web addresses that are shown as text.
        assertThat(feature("log_links", mail)).isCloseTo((float) Math.log1p(6), within(1e-6f));
        assertThat(feature("log_link_hosts", mail)).isCloseTo((float) Math.log1p(4), within(1e-6f));
        assertThat(feature("log_numeric_links", mail)).isCloseTo((float) Math.log1p(1), within(1e-6f));
        assertThat(feature("log_misleading_links", mail)).isCloseTo((float) Math.log1p(1), within(1e-6f));
        assertThat(feature("html_share", mail)).isEqualTo(1);
    }

    @Test
    void areTheSameWithAndWithoutTheFooterOfAMailingList() {
        String footer = "\n_______________________________________________\nX mailing list\nx@lists.example\n"
                + "http://lists.example/mailman/listinfo/x\n";

        var features = MailFeatures.extract(body("Words, many words."));

        assertThat(MailFeatures.extract(new MailContent("", "Words, many words." + footer, 18, Markup.NONE, 0)))
                .isEqualTo(features);
    }

    private static MailContent body(String text) {
        return MailContent.ofPlainText(text);
    }

    private static float feature(String name, MailContent mail) {
        return MailFeatures.extract(mail)[MailFeatures.NAMES.indexOf(name)];
    }
}
