package dev.millrace.collector.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailCheckTests {
    static Stream<Arguments> mailOfTheWild() {
        return Stream.of(
                arguments("a header alone", "Subject: x"),
                arguments("a header and no body", "Subject: x\r\n\r\n"),
                arguments("bare line feeds", "Subject: x\nFrom: a\n\nbody\n"),
                arguments("a folded field", "Subject: x\r\n and more\r\n\r\nbody"),
                arguments("an mbox line", "From a@example.org Tue Jul 30 08:30:04 2002\nSubject: x\n\nbody"),
                arguments("an empty line first", "\r\nSubject: x\r\n\r\nbody"),
                arguments("a broken field among good ones", "Subject: x\r\nnonsense\r\nTo: b\r\n\r\nbody"),
                arguments("a blank before the colon", "Subject : x\r\n\r\nbody"),
                arguments("8-bit bytes in the header", "Subject: Gr\u00fc\u00dfe\r\n\r\nbody"),
                arguments("an unknown charset", "Content-Type: text/plain; charset=x-none\r\n\r\nbody"),
                arguments("an unknown transfer encoding", "Content-Transfer-Encoding: x-none\r\n\r\nbody"),
                arguments("NUL in the body", "Subject: x\r\n\r\na\0b"),
                arguments(
                        "no closing boundary",
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nbody"),
                arguments("a type of many parameters", "Content-Type: text/html" + " ;".repeat(7_000) + "\r\n\r\nbody"),
                arguments(
                        "the longest boundary",
                        "Content-Type: multipart/mixed; boundary=%1$s\r\n\r\n--%1$s".formatted("b".repeat(70))),
                arguments("no part at all", "Content-Type: multipart/mixed; boundary=b\r\n\r\nbody"),
                arguments(
                        "an inner multipart without a boundary",
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed\r\n\r\n"
                                + "body\r\n--b--"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mailOfTheWild(String what, String mail) {
        assertThatCode(() -> check(mail)).as(what).doesNotThrowAnyException();
    }

    static Stream<Arguments> whatIsNoMail() {
        return Stream.of(
                arguments("plain text", "just some text\r\n\r\nSubject: x", "no header field"),
                arguments("JSON", "{\"Subject\": \"x\"}", "no header field"),
                arguments("HTML", "<html><a href=\"http://x\">", "no header field"),
                arguments("binary", "\u00ff\u00fe:\r\n", "no header field"),
                arguments("NUL in the header", "Subject: a\0b\r\n\r\nbody", "NUL at 10"),
                arguments(
                        "a multipart without a boundary",
                        "Subject: x\r\nContent-Type: Multipart/Mixed\r\n\r\nbody",
                        "'multipart/mixed' (expected: with a boundary)"),
                arguments(
                        "a boundary of too many signs",
                        "Content-Type: multipart/mixed; boundary=" + "b".repeat(71) + "\r\n\r\nbody",
                        "boundary of 71 characters (expected: at most 70)"),
                arguments(
                        "an inner boundary of too many signs",
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary="
                                + "b".repeat(71) + "\r\n\r\nbody",
                        "boundary of 71 characters"),
                arguments(
                        "a boundary in a field of too many signs",
                        "Content-Type: multipart/mixed; boundary=" + "-".repeat(60_000) + "x-\r\n\r\nbody",
                        "(expected: with a boundary)"),
                arguments(
                        "too many fields after an empty line", "\r\n" + "X-A: b\r\n".repeat(1001), "beyond the limits"),
                arguments("too many fields", "X-A: b\r\n".repeat(1001) + "\r\nbody", "beyond the limits"),
                arguments("too long a field", "X-A: " + "b".repeat(MailCheck.LONGEST_FIELD + 1), "beyond the limits"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void whatIsNoMail(String what, String mail, String detail) {
        assertThatExceptionOfType(RequestProblem.class)
                .as(what)
                .isThrownBy(() -> check(mail))
                .withMessageContaining(detail);
    }

    @Test
    void refusesPartsNestedTooDeep() {
        var mail = new StringBuilder();
        for (int depth = 0; depth < 40; depth++) {
            mail.append("Content-Type: multipart/mixed; boundary=b%1$d\r\n\r\n--b%1$d\r\n".formatted(depth));
        }

        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(() -> check(mail.toString()))
                .withMessageContaining("nested deeper than 32");
    }

    @ParameterizedTest
    @ValueSource(ints = {70, 60_000})
    void takesBoundedTimeToLookForABoundary(int length) {
        var mail = new StringBuilder();
        for (int depth = 0; depth < (length == 70 ? 30 : 1); depth++) {
            String boundary = "-".repeat(length - 4) + "%02dx-".formatted(depth);
            mail.append("Content-Type: multipart/mixed; boundary=%1$s\r\n\r\n--%1$s\r\n".formatted(boundary));
        }

        assertBounded(mail.append("\r\n") + "-".repeat(900_000));
    }

    @Test
    void takesBoundedTimeToReadParameters() {
        assertBounded(("Content-Type: x; a=\"" + "=? ".repeat(40_000) + "\"\r\n").repeat(8) + "\r\nbody");
    }

    /** Processor time, so that a busy machine makes no difference. */
    private static void assertBounded(String mail) {
        var threads = ManagementFactory.getThreadMXBean();
        long begun = threads.getCurrentThreadCpuTime();
        try {
            check(mail);
        } catch (RequestProblem refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.MALFORMED_MAIL);
        }
        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - begun)).isLessThan(Duration.ofSeconds(3));
    }

    private static void check(String mail) {
        MailCheck.check(mail.getBytes(ISO_8859_1));
    }
}
