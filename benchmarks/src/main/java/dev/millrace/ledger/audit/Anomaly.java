package dev.millrace.ledger.audit;

/**
 * Something that must not be.
 *
 * @param upload the upload's id, or its trace where it has none
 */
public record Anomaly(Kind kind, String upload, String detail) {
    /** The names are those of <a href="https://jepsen.io/consistency">Jepsen</a> where it has one. */
    public enum Kind {
        LOST("accepted, or in the uploads topic, and without a result"),
        DUPLICATE("more than one result of one attempt"),
        ABORTED_READ("a committed result, or one that the API showed, that a second reader does not find"),
        REORDERED("a result before that of an upload which was accepted before this one was sent, or out of its lane"),
        TORN_BATCH("a hole in a lane: of what was published together only a part is visible"),
        UNSEEN("a result that the HTTP API did not show in time, or no more"),
        FOREIGN("a result or an upload that nobody posted"),
        MIXED_UP("equal texts with unequal scores, or a result under another upload's trace"),
        FAILED("an upload that ended as FAILED though nothing is wrong with it"),
        EXPIRED("an upload that ended as EXPIRED"),
        REFUSED("an upload that was refused though nothing is wrong with it");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        public String meaning() {
            return meaning;
        }
    }
}
