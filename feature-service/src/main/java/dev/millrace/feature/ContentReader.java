package dev.millrace.feature;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.model.mail.MailContent;
import dev.millrace.model.mail.MailParser;
import dev.millrace.model.mail.MalformedMailException;
import dev.millrace.stage.PermanentFailureException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;

/** Reads the content of an upload as its media type says. */
final class ContentReader {
    private ContentReader() {}

    /**
     * The mail in an upload; plain text is taken as a body without a subject.
     *
     * @throws PermanentFailureException if the content is not what its media type says
     */
    static MailContent read(UploadReceived upload) {
        return switch (upload.getContentType()) {
            case "message/rfc822" -> mail(upload);
            case "text/plain" -> MailContent.ofPlainText(text(upload));
            default ->
                throw new PermanentFailureException(
                        ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                        "content_type: '%s' (expected: message/rfc822 or text/plain)"
                                .formatted(upload.getContentType()));
        };
    }

    private static MailContent mail(UploadReceived upload) {
        try {
            return MailParser.parse(upload.getContent().toByteArray());
        } catch (MalformedMailException e) {
            throw new PermanentFailureException(ErrorCode.MALFORMED_MAIL, String.valueOf(e.getMessage()));
        }
    }

    private static String text(UploadReceived upload) {
        String name = upload.getCharset();
        try {
            var charset = name.isEmpty() ? StandardCharsets.UTF_8 : Charset.forName(name);
            return charset.newDecoder()
                    .decode(upload.getContent().asReadOnlyByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new PermanentFailureException(
                    ErrorCode.MALFORMED_TEXT,
                    "content: %d bytes (expected: valid %s)"
                            .formatted(upload.getContent().size(), name.isEmpty() ? "UTF-8" : name));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new PermanentFailureException(
                    ErrorCode.MALFORMED_TEXT, "charset: '%s' (expected: one that this JDK knows)".formatted(name));
        }
    }
}
