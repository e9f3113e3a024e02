package dev.millrace.stage;

/**
 * What the simulation breaks to see whether it notices. The stages under test are never touched: a mutation lives in the
 * clients and the broker around them and makes these behave as if the stage had the fault.
 */
enum SimulationMutation {
    NONE("nothing broken", 100_000, 0),
    /** The edge's consumer writes the lane's number into the predecessor of all that is newer. */
    PREDECESSOR_NOT_CHECKED("predecessor check off: all that is newer is accepted", 1000, 60),
    /** The same for the first record of a lane without results. */
    FIRST_RECORD_ACCEPTED("the first record is accepted without a number", 1000, 18),
    /** The reader of the results also sees what is open or aborted. */
    UNCOMMITTED_TAIL("the number is read without read_committed", 1000, 45),
    /** The admin client calls the end of the results stable while a transaction is open there. */
    TAIL_NOT_AWAITED("the number is read while a transaction is open on the results", 4000, 9),
    /** The producer lands two neighbours of a lane the other way round. */
    OUT_OF_ORDER("in-order emission off: two outcomes of a lane swapped", 1000, 70),
    /** The broker takes the offsets at once, whatever becomes of the transaction. */
    OFFSETS_OUTSIDE_THE_TRANSACTION("offsets outside the transaction", 1000, 15),
    /** The consumer of an inner stage ignores a seek of a lane that has a position. */
    NO_SEEK_BACK("no seek back after a failed send", 1000, 180),
    /** The producer says of a send that failed that it was acknowledged. */
    FAILURE_TAKEN_AS_SUCCESS("a send that failed is taken as acknowledged", 1000, 35),
    /** The consumer of an inner stage commits its position instead of the offset that it is given. */
    POSITION_COMMITTED("commit of the position instead of the frontier", 1000, 9),
    /** The consumer's commits lose their metadata. */
    METADATA_LOST("commits without metadata", 1000, 190),
    /** After an abort, commit and results show the edge what it had put into the aborted transaction. */
    NUMBER_KEPT_OVER_ABORT("number not read again after an abort", 1000, 20),
    /** After a rebalance, commit and results show the edge what it last committed itself. */
    NUMBER_KEPT_OVER_REBALANCE("number kept over a rebalance", 4000, 8),
    /** After an unknown commit, commit and results show the edge what held before. */
    UNKNOWN_TAKEN_AS_ABORT("an unknown commit is taken as an abort", 4000, 6),
    /** After an unknown commit, commit and results show the edge what would hold had it landed. */
    UNKNOWN_TAKEN_AS_COMMIT("an unknown commit is taken as a commit", 4000, 12),
    /** The coordinator does not look at the generation of the member whose offsets it takes. */
    BARE_GROUP_ID("offsets committed with a bare group id", 4000, 8),
    /** Committed offsets are read while a transaction may still change them. */
    UNSTABLE_OFFSETS("requireStable off", 1000, 13),
    /** The producer of inference drops what is not newer than what it has sent. */
    SEEN_RECORDS_DROPPED("naive drop of seen records in an inner stage", 1000, 45),
    /** The tail of the results is hidden: the number lives and dies with the group's offsets. */
    NUMBER_FROM_METADATA_ALONE("number from the commit alone, offsets expire", 1000, 14),
    /** Results that retention has emptied look as if they had never held a record. */
    EMPTIED_TAKEN_AS_NEW("a lane whose results retention has emptied is taken as new", 2000, 9),
    /** The consumer goes to the beginning where its position is no longer in the log. */
    AUTOMATIC_RESET("auto.offset.reset=earliest", 10_000, 8),
    /** The consumer neither knows leader epochs nor checks its position by them. */
    EPOCHS_IGNORED("leader epochs ignored, the log is cut", 4000, 5);

    final String label;
    final int walks;
    final int leastCaught;

    /** @param leastCaught how many of the walks must end in a violation, about a third of what they do */
    SimulationMutation(String label, int walks, int leastCaught) {
        this.label = label;
        this.walks = walks;
        this.leastCaught = leastCaught;
    }
}
