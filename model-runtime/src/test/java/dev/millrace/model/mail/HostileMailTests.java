package dev.millrace.model.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work stays bounded, whatever a message of about the largest size holds. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileMailTests {
    private static final int SIZE = 1_000_000;

    /** Processor time for one mail, so that a busy machine makes no difference. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    @BeforeAll
    static void warmUp() throws Exception {
        for (int i = 0; i < 3; i++) {
            parse("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n"
                    + "some words, \n".repeat(SIZE / 14));
            parse("Subject: x\nContent-Type: text/html\n\n" + "<p>some <b>words</b>".repeat(SIZE / 20));
        }
    }

    @Test
    void opensContainersToABoundedDepth() throws Exception {
        var message = new StringBuilder("Subject: deep\n");
        for (int depth = 0; depth < 10_000; depth++) {
            message.append("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n".formatted(depth, depth));
        }
        message.append("Content-Type: text/plain\n\nbottom\n");

        assertThat(read(message.toString()).subject()).isEqualTo("deep");
    }

    @Test
    void readsNestedContainersAboveTheLimit() throws Exception {
        var message = new StringBuilder("Subject: nested\n");
        for (int depth = 0; depth < MailParser.MAX_DEPTH - 2; depth++) {
            message.append("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n".formatted(depth, depth));
        }
        message.append("Content-Type: text/plain\n\nbottom\n");

        assertThat(read(message.toString()).text().strip()).isEqualTo("bottom");
    }

    @Test
    void opensForwardedMessagesToABoundedDepth() throws Exception {
        String message = "Subject: forwarded\nContent-Type: message/rfc822\n\n".repeat(15_000) + "bottom";

        assertThat(read(message).subject()).isEqualTo("forwarded");
    }

    @Test
    void readsABoundedNumberOfParts() throws Exception {
        String message = "Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(100_000);

        assertThat(read(message).text()).hasSizeLessThanOrEqualTo(2 * MailParser.MAX_PARTS);
    }

    @Test
    void readsABoundedAmountOfText() throws Exception {
        String message = "Subject: long\n\n" + "word ".repeat(SIZE / 5);

        assertThat(read(message).text()).hasSize(MailParser.MAX_TEXT_LENGTH);
    }

    @Test
    void readsALineOfAMillionSigns() throws Exception {
        var mail = read("Subject: long\n\n" + "x".repeat(SIZE));

        assertThat(mail.modelText()).hasSize(ModelText.MAX_LENGTH);
    }

    @Test
    void refusesAHeaderOfTooManyFields() {
        assertThatThrownBy(() -> read("X-Field: 1\n".repeat(90_000) + "\nbody"))
                .isInstanceOf(MalformedMailException.class)
                .hasMessageStartingWith("header: ");
    }

    @Test
    void readsTheBeginningOfAFieldOfTooManyBytes() throws Exception {
        var mail = read(
                "To: " + "a@example.org,\n ".repeat(SIZE / 32) + "\nSubject: " + "x".repeat(SIZE / 2) + "\n\nbody");

        assertThat(mail.subject()).isEqualTo("x".repeat(MailParser.MAX_SUBJECT_LENGTH));
        assertThat(mail.text()).isEqualTo("body");
    }

    @Test
    void readsTheTypeOfAFieldOfTooManyParameters() throws Exception {
        var mail = read("Subject: x\nContent-Type: text/html " + "; ".repeat(7_000) + "\n\n<b>body</b>");

        assertThat(mail.text()).isEqualTo("body");
    }

    @Test
    void leavesParametersOfEncodedWordsWithoutAnEnd() throws Exception {
        String type = "Content-Type: x; a=\"" + "=? ".repeat(21_000) + "\"\n";

        assertThat(read("Subject: x\n" + type.repeat(SIZE / type.length()) + "\nbody")
                        .subject())
                .isEqualTo("x");
    }

    @Test
    void opensNoContainerWithALongBoundary() throws Exception {
        String boundary = "-".repeat(60_000) + "x-";
        String part = "Content-Type: multipart/mixed;\n boundary=%s\n\n"
                .formatted(boundary.substring(boundary.length() - 71));
        String text = "-".repeat(SIZE - 62_000);

        assertThat(read("Subject: x\nContent-Type: multipart/mixed; boundary=" + boundary + "\n\n" + text)
                        .subject())
                .isEqualTo("x");
        assertThat(read("Subject: x\n" + part + text)).isEqualTo(new MailContent("x", "", 0, Markup.NONE, 0));
        assertThat(read("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbefore\n--b\n" + part + text)
                        .text())
                .isEqualTo("before");
    }

    @Test
    void searchesNestedContainersForTheLongestBoundaries() throws Exception {
        var message = new StringBuilder("Subject: x\n");
        for (int depth = 0; depth < MailParser.MAX_DEPTH - 2; depth++) {
            String boundary = "-".repeat(66) + "%02dx-".formatted(depth);
            message.append("Content-Type: multipart/mixed; boundary=%1$s\n\n--%1$s\n".formatted(boundary));
        }

        assertThat(read(message.append('\n').append("-".repeat(SIZE)).toString())
                        .text())
                .hasSize(MailParser.MAX_TEXT_LENGTH);
    }

    @Test
    void keepsWhatCameBeforeAPartWithAHeaderBomb() throws Exception {
        var mail = read("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbefore\n--b\n"
                + "X-Field: 1\n".repeat(50_000) + "\nafter\n--b--\n");

        assertThat(mail.text()).isEqualTo("before");
    }

    @Test
    void clipsASubjectOfManyEncodedWords() throws Exception {
        String subject = "=?utf-8?q?x?= ".repeat(4_000);

        assertThat(read("Subject: " + subject + "\n\nbody").subject())
                .hasSizeLessThanOrEqualTo(MailParser.MAX_SUBJECT_LENGTH);
    }

    @Test
    void rendersDeeplyNestedHtml() throws Exception {
        assertThat(html("<div>".repeat(SIZE / 5) + "bottom").subject()).isEqualTo("x");
    }

    @Test
    void rendersUnclosedFormatting() throws Exception {
        assertThat(html("<b><i><a href=http://x.example>".repeat(SIZE / 40) + "bottom")
                        .markup()
                        .links())
                .hasSizeLessThanOrEqualTo(Markup.MAX_LINKS);
    }

    @Test
    void rendersManyAttributesAndTables() throws Exception {
        var attributes = new StringBuilder("<p");
        for (int i = 0; i < 20_000; i++) {
            attributes.append(" a").append(i).append("=1");
        }

        assertThat(html(attributes + ">words</p>").text()).isEqualTo("words");
        assertThat(html("<table><tr><td>".repeat(SIZE / 20) + "cell").subject()).isEqualTo("x");
    }

    @Test
    void measuresTextsMadeToSlowPatternsDown() throws Exception {
        for (String unit : List.of(
                "a",
                "@",
                "a@",
                ".",
                "a.",
                "_",
                "_".repeat(21) + "\n",
                "-- \n",
                "----- \n",
                "[",
                "re: ",
                "http://",
                "www.",
                "//",
                "!",
                " \n",
                "\n",
                "\t ",
                "> ",
                "&#1;",
                "(",
                "-----sponso",
                "\u00e4")) {
            var mail = read(
                    "Subject: " + unit.replace("\n", "").repeat(2_000) + "\n\n" + unit.repeat(SIZE / unit.length()));

            assertThat(mail.text()).hasSizeLessThanOrEqualTo(MailParser.MAX_TEXT_LENGTH);
        }
    }

    @Test
    void answersRandomDamageWithContentOrARefusal() {
        var random = new Random(7);
        String sample = "Subject: =?utf-8?q?x=C3=A4?=\nContent-Type: multipart/alternative; boundary=\"b\"\n\n--b\n"
                + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=\n=DFe\n"
                + "--b\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPGI+aGVsbG88L2I+PGEgaHJlZj1odHRwOi8veD4=\n--b--\n";
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = damaged(sample, random);
            try {
                var mail = MailParser.parse(bytes);
                assertFinite(MailFeatures.extract(mail));
                read += mail.modelText().isEmpty() ? 0 : 1;
            } catch (MalformedMailException e) {
                assertThat(e).hasMessageContaining("header");
            }
        }
        assertThat(read).isGreaterThan(15_000);
    }

    private static byte[] damaged(String sample, Random random) {
        var bytes = new ArrayList<Byte>();
        for (byte b : sample.getBytes(ISO_8859_1)) {
            bytes.add(b);
        }
        int faults = 1 + random.nextInt(6);
        for (int i = 0; i < faults; i++) {
            int at = random.nextInt(bytes.size());
            switch (random.nextInt(3)) {
                case 0 -> bytes.set(at, (byte) random.nextInt(256));
                case 1 -> bytes.remove(at);
                default -> bytes.add(at, (byte) random.nextInt(256));
            }
        }
        byte[] result = new byte[bytes.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes.get(i);
        }
        return result;
    }

    private static MailContent html(String html) throws MalformedMailException {
        return read("Subject: x\nContent-Type: text/html\n\n" + html);
    }

    /** The mail, from which the text for the model and the features were made within the limit. */
    private static MailContent read(String message) throws MalformedMailException {
        var threads = ManagementFactory.getThreadMXBean();
        long begun = threads.getCurrentThreadCpuTime();
        try {
            return parse(message);
        } finally {
            assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - begun))
                    .isLessThan(LIMIT);
        }
    }

    private static MailContent parse(String message) throws MalformedMailException {
        var mail = MailParser.parse(message.getBytes(ISO_8859_1));
        assertThat(mail.modelText()).hasSizeLessThanOrEqualTo(ModelText.MAX_LENGTH);
        assertFinite(MailFeatures.extract(mail));
        return mail;
    }

    private static void assertFinite(float[] features) {
        for (float feature : features) {
            assertThat(feature).isFinite().isNotNegative();
        }
    }
}
