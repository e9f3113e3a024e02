package dev.millrace.ledger.load;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What one upload carries. */
record Text(String contentType, String body) {
    static final String MAIL = "message/rfc822";
    static final String PLAIN = "text/plain; charset=utf-8";

    byte[] bytes() {
        return body.getBytes(UTF_8);
    }
}
