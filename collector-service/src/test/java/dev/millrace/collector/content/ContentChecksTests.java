package dev.millrace.collector.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;

class ContentChecksTests {
    @Test
    void takesTextInItsCharset() {
        assertThatCode(() -> {
                    check("Grüße 🚀", UTF_8);
                    check("Grüße", ISO_8859_1);
                    check("Grüße 🚀", UTF_16);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void namesTheFirstInvalidByte() {
        refused(
                "aüb".getBytes(ISO_8859_1),
                UTF_8,
                ErrorCode.MALFORMED_TEXT,
                "invalid bytes at 1 (expected: text in UTF-8)");
    }

    @Test
    void refusesOverlongAndSurrogateForms() {
        refused(new byte[] {'a', (byte) 0xc0, (byte) 0x80}, UTF_8, ErrorCode.MALFORMED_TEXT, "at 1");
        refused(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, UTF_8, ErrorCode.MALFORMED_TEXT, "at 0");
    }

    @Test
    void refusesNul() {
        refused("a\0b".getBytes(UTF_8), UTF_8, ErrorCode.MALFORMED_TEXT, "U+0000 at 1");
    }

    @Test
    void takesBlankForEmpty() {
        refused(new byte[0], UTF_8, ErrorCode.EMPTY_CONTENT, "0 bytes");
        refused(" \r\n\t".getBytes(UTF_8), UTF_8, ErrorCode.EMPTY_CONTENT, "4 bytes");
        refused("\u2003 ".getBytes(UTF_8), UTF_8, ErrorCode.EMPTY_CONTENT, "2 characters");
    }

    private static void check(String text, Charset charset) {
        ContentChecks.check("text/plain", charset, text.getBytes(charset));
    }

    private static void refused(byte[] content, Charset charset, ErrorCode code, String detail) {
        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(() -> ContentChecks.check("text/plain", charset, content))
                .withMessageContaining(detail)
                .extracting(RequestProblem::code)
                .isEqualTo(code);
    }
}
