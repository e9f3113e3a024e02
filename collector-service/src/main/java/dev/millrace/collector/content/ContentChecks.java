package dev.millrace.collector.content;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;

/** What content must be before it is accepted, by media type. Stateless. */
public final class ContentChecks {
    private ContentChecks() {}

    /**
     * Checks content as cheaply as tells a wrong upload from a right one; parsing it is feature's work.
     *
     * @param contentType media type without parameters
     * @param charset of text
     * @throws RequestProblem if it is empty or blank, a mail without structure, or text that is not valid in its charset
     */
    public static void check(String contentType, Charset charset, byte[] content) {
        requireContent(content);
        switch (contentType) {
            case "message/rfc822" -> MailCheck.check(content);
            case "text/plain" -> requireText(decode(content, charset));
            default -> {
                // A type that only a pipeline's own parser knows.
            }
        }
    }

    /**
     * Decodes text strictly.
     *
     * @throws RequestProblem if a byte sequence does not stand for characters in the charset
     */
    static String decode(byte[] content, Charset charset) {
        var bytes = ByteBuffer.wrap(content);
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_TEXT,
                    "content: invalid bytes at %d (expected: text in %s)".formatted(bytes.position(), charset.name()));
        }
    }

    private static void requireContent(byte[] content) {
        for (byte each : content) {
            if (each > ' ' || each < 0) {
                return;
            }
        }
        throw new RequestProblem(
                ErrorCode.EMPTY_CONTENT,
                "content: %d bytes, all blank (expected: some text)".formatted(content.length));
    }

    private static void requireText(String text) {
        if (text.isBlank()) {
            throw new RequestProblem(
                    ErrorCode.EMPTY_CONTENT,
                    "content: %d characters, all blank (expected: some text)".formatted(text.length()));
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_TEXT, "content: U+0000 at %d (expected: text without it)".formatted(nul));
        }
    }
}
