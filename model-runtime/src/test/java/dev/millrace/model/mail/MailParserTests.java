package dev.millrace.model.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailParserTests {
    @Test
    void readsSubjectAndBodyOfAPlainMail() throws Exception {
        var mail = parse("From: a@example.org\nSubject: Lunch\n\nAt noon?\nYours, B.\n");

        assertThat(mail.subject()).isEqualTo("Lunch");
        assertThat(mail.text()).isEqualTo("At noon?\nYours, B.\n");
        assertThat(mail.plainLength()).isEqualTo(19);
        assertThat(mail.markup()).isEqualTo(Markup.NONE);
        assertThat(mail.attachments()).isZero();
    }

    @Test
    void passesOverTheFirstLineOfAMailboxFile() throws Exception {
        var mail = parse("From a@example.org  Thu Aug 22 12:36:23 2002\nSubject: Lunch\n\nAt noon?\n");

        assertThat(mail.subject()).isEqualTo("Lunch");
        assertThat(mail.text()).isEqualTo("At noon?\n");
    }

    @Test
    void readsAMailThatHasNoBody() throws Exception {
        var mail = parse("Subject: Lunch at noon\n");

        assertThat(mail.subject()).isEqualTo("Lunch at noon");
        assertThat(mail.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "no header here", "one line\nand another\n\nand a body", "From "})
    void refusesWhatIsNoMessage(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(MalformedMailException.class)
                .hasMessageContaining("header");
    }

    @Test
    void takesTheFirstOfSeveralSubjects() throws Exception {
        assertThat(parse("Subject: one\nSubject: two\n\nbody").subject()).isEqualTo("one");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            =?utf-8?q?Gr=C3=BC=C3=9Fe?= aus Kiel                    | Grüße aus Kiel
            =?ISO-8859-1?Q?caf=E9_au_lait?=                         | café au lait
            =?iso-2022-jp?B?GyRCMnE1RBsoQg==?=                      | 会議
            =?utf-8?b?44GT44KT?= =?utf-8?b?44Gr44Gh44Gv?=           | こんにちは
            =?x-no-such-charset?q?plain_words?=                     | plain words
            =?utf-8?b?not base64 at all                             | =?utf-8?b?not base64 at all
            """)
    void decodesEncodedWordsOfASubject(String written, String read) throws Exception {
        assertThat(parse("Subject: " + written + "\n\nbody").subject()).isEqualTo(read);
    }

    @Test
    void joinsAFoldedSubject() throws Exception {
        assertThat(parse("Subject: one\n two\n\tthree\n\nbody").subject()).isEqualTo("one two three");
    }

    @Test
    void readsASubjectOfRawBytesAsUtf8OrElseAsLatin() throws Exception {
        assertThat(MailParser.parse("Subject: Grüße\n\nbody".getBytes(UTF_8)).subject())
                .isEqualTo("Grüße");
        assertThat(MailParser.parse("Subject: Grüße\n\nbody".getBytes(ISO_8859_1))
                        .subject())
                .isEqualTo("Grüße");
    }

    @Test
    void decodesQuotedPrintable() throws Exception {
        var mail = parse("""
                Subject: x
                Content-Type: text/plain; charset=iso-8859-1
                Content-Transfer-Encoding: quoted-printable

                Stra=DFe und =
                Gr=FC=DFe = 1=3D1
                """);

        assertThat(mail.text().strip()).startsWith("Straße und Grüße").endsWith("1=1");
    }

    @Test
    void decodesBase64() throws Exception {
        String body = Base64.getMimeEncoder().encodeToString("日本語のメール".getBytes(UTF_8));

        var mail = parse("Subject: x\nContent-Type: text/plain; charset=\"UTF-8\"\n"
                + "Content-Transfer-Encoding: BASE64\n\n" + body + "\n");

        assertThat(mail.text()).isEqualTo("日本語のメール");
    }

    @Test
    void readsWhatItCanOfBrokenBase64() throws Exception {
        var mail = parse("Subject: x\nContent-Transfer-Encoding: base64\n\naGVsbG8g*(d29ybGQ\n");

        assertThat(mail.text()).startsWith("hello wor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iso-2022-jp", "shift_jis", "euc-jp", "utf-8"})
    void decodesJapaneseCharsets(String charset) throws Exception {
        byte[] body = "明日の会議は十時からです。".getBytes(Charset.forName(charset));

        var mail = MailParser.parse(join("Subject: x\nContent-Type: text/plain; charset=" + charset + "\n\n", body));

        assertThat(mail.text()).isEqualTo("明日の会議は十時からです。");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-unknown", "us-ascii", "utf-8", "\"\"", "default_charset", "no/such"})
    void fallsBackToLatinWhereTheCharsetIsUnknownOrWrong(String charset) throws Exception {
        var mail = MailParser.parse(join(
                "Subject: x\nContent-Type: text/plain; charset=" + charset + "\n\n",
                "für 5 €".getBytes(windows1252())));

        assertThat(mail.text()).isEqualTo("für 5 €");
    }

    @Test
    void readsUnlabelledUtf8() throws Exception {
        assertThat(MailParser.parse("Subject: x\n\nπ ≈ 3.14159".getBytes(UTF_8)).text())
                .isEqualTo("π ≈ 3.14159");
    }

    @Test
    void showsTheRicherAlternativeButCountsBoth() throws Exception {
        var mail = parse(multipart("alternative", plain("what filters read"), html("<p>what people read</p>")));

        assertThat(mail.text()).isEqualTo("what people read");
        assertThat(mail.plainLength()).isEqualTo("what filters read".length());
        assertThat(mail.markup().htmlLength()).isEqualTo("<p>what people read</p>".length());
    }

    @Test
    void showsThePlainAlternativeWhereTheHtmlSaysNothing() throws Exception {
        var mail = parse(multipart("alternative", plain("words"), html("<img src=x.gif>")));

        assertThat(mail.text()).isEqualTo("words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n<HTML lang=en><body>rich</body></html>", "<!DOCTYPE html>\n<p>rich", "<body>rich"})
    void rendersAPageThatIsCalledPlainText(String page) throws Exception {
        var mail = parse("Subject: x\n\n" + page + "\n");

        assertThat(mail.text()).isEqualTo("rich");
        assertThat(mail.plainLength()).isZero();
    }

    @Test
    void keepsPlainTextThatOnlySpeaksOfHtml() throws Exception {
        assertThat(parse("Subject: x\n\nUse <html> first.").text()).isEqualTo("Use <html> first.");
        assertThat(parse("Subject: x\n\n<htmlish> words").text()).isEqualTo("<htmlish> words");
    }

    @Test
    void joinsMixedPartsAndCountsAttachments() throws Exception {
        var mail = parse(multipart(
                "mixed",
                plain("first"),
                plain("second"),
                "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n",
                "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nattached\n"));

        assertThat(mail.text()).isEqualTo("first\nsecond");
        assertThat(mail.attachments()).isEqualTo(2);
    }

    @Test
    void readsAlternativesInsideMixedParts() throws Exception {
        String inner = "Content-Type: multipart/alternative; boundary=in\n\n--in\n" + plain("plain") + "\n--in\n"
                + html("<b>rich</b>") + "\n--in--\n";

        var mail = parse(multipart("mixed", inner, plain("footer")));

        assertThat(mail.text()).isEqualTo("rich\nfooter");
    }

    @Test
    void readsTheTextOfAForwardedMessageButNotItsSubject() throws Exception {
        var mail = parse(multipart(
                "mixed", plain("see below"), "Content-Type: message/rfc822\n\nSubject: inner\n\nforwarded\n"));

        assertThat(mail.subject()).isEqualTo("outer");
        assertThat(mail.text().strip()).isEqualTo("see below\nforwarded");
    }

    @Test
    void readsAMultipartThatBreaksOff() throws Exception {
        var mail = parse("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nstill here");

        assertThat(mail.text()).isEqualTo("still here");
    }

    @Test
    void readsOnWhereThePartsOfAMultipartCannotBeTold() throws Exception {
        assertThat(parse("Subject: x\nContent-Type: multipart/mixed\n\nwords\n").subject())
                .isEqualTo("x");
    }

    @Test
    void dependsOnNoOtherHeader() throws Exception {
        String body = "Subject: Lunch\nContent-Type: text/plain\n\nAt noon?\n";

        assertThat(parse("X-Spam-Status: Yes\nList-Id: <fork.example.org>\nFrom: x@y.example\n" + body))
                .isEqualTo(parse("Date: Thu, 1 Jan 1970 00:00:00 +0000\n" + body));
    }

    private static MailContent parse(String message) throws MalformedMailException {
        return MailParser.parse(message.getBytes(US_ASCII));
    }

    private static byte[] join(String header, byte[] body) {
        byte[] head = header.getBytes(US_ASCII);
        byte[] message = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, message, head.length, body.length);
        return message;
    }

    private static Charset windows1252() {
        return Charset.forName("windows-1252");
    }

    private static String plain(String text) {
        return "Content-Type: text/plain\n\n" + text;
    }

    private static String html(String text) {
        return "Content-Type: text/html\n\n" + text;
    }

    private static String multipart(String kind, String... parts) {
        var message = new StringBuilder("Subject: outer\nContent-Type: multipart/" + kind + "; boundary=\"out\"\n\n");
        for (String part : parts) {
            message.append("--out\n").append(part).append('\n');
        }
        return message.append("--out--\n").toString();
    }
}
