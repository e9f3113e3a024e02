package dev.millrace.ledger.audit;

/** What the HTTP API told of an upload whose result had been published. */
public sealed interface ApiView {
    /** It showed a result. @param digest {@link Digest} of the body */
    record Shown(String digest) implements ApiView {}

    /** It showed none in time. @param last its last answer, in words */
    record NotShown(String last) implements ApiView {}
}
