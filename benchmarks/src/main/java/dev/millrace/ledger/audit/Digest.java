package dev.millrace.ledger.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stands for the bytes of a result where these are only compared: those of 100,000 results would not fit into memory. */
public final class Digest {
    private Digest() {}

    /** SHA-256 of a text in UTF-8, as hex. */
    public static String of(String text) {
        return of(text.getBytes(UTF_8));
    }

    /** SHA-256, as hex. */
    public static String of(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
