package dev.millrace.feature;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.stage.PermanentFailureException;
import org.junit.jupiter.api.Test;

class ContentReaderTests {
    @Test
    void readsAMail() {
        var upload = upload("message/rfc822", "", "Subject: Lunch\r\n\r\nAt noon?\r\n".getBytes(UTF_8));

        var mail = ContentReader.read(upload);

        assertThat(mail.subject()).isEqualTo("Lunch");
        assertThat(mail.text()).contains("At noon?");
    }

    @Test
    void readsPlainTextInItsCharset() {
        var upload = upload("text/plain", "ISO-8859-1", "Grüße".getBytes(ISO_8859_1));

        assertThat(ContentReader.read(upload).text()).contains("Grüße");
    }

    @Test
    void refusesTextThatIsNotInItsCharset() {
        var upload = upload("text/plain", "", new byte[] {'a', (byte) 0xff});

        assertRefused(upload, ErrorCode.MALFORMED_TEXT, "content: 2 bytes (expected: valid UTF-8)");
    }

    @Test
    void refusesACharsetThatNobodyKnows() {
        assertRefused(
                upload("text/plain", "klingon", new byte[] {'a'}), ErrorCode.MALFORMED_TEXT, "charset: 'klingon'");
    }

    @Test
    void refusesACharsetNameThatIsNone() {
        assertRefused(upload("text/plain", "a b\n", new byte[] {'a'}), ErrorCode.MALFORMED_TEXT, "charset: 'a b\n'");
    }

    @Test
    void refusesAnotherMediaType() {
        assertRefused(
                upload("image/png", "", new byte[] {1}),
                ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                "content_type: 'image/png' (expected: message/rfc822 or text/plain)");
    }

    private static void assertRefused(UploadReceived upload, ErrorCode code, String message) {
        assertThatExceptionOfType(PermanentFailureException.class)
                .isThrownBy(() -> ContentReader.read(upload))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .withMessageContaining(message);
    }

    private static UploadReceived upload(String contentType, String charset, byte[] content) {
        return UploadReceived.newBuilder()
                .setPipeline("spam")
                .setContentType(contentType)
                .setCharset(charset)
                .setContent(ByteString.copyFrom(content))
                .build();
    }
}
