package dev.millrace.stage;

/**
 * Why a lane stands: something that must never happen did, and going on could lose or repeat results. Nothing is skipped
 * in silence: the lane is paused, an alarm raised, and an operator decides.
 */
enum Stall {
    /** A record's predecessor lies before the last published one, but it itself after it: two chains. */
    FORK,
    /** The committed metadata and the results topic disagree on the last published record. */
    NUMBER_MISMATCH,
    /** Neither the committed metadata nor the results topic says where the lane stands. */
    NUMBER_MISSING,
    /** The first topic was deleted and made again. */
    OTHER_INCARNATION,
    /** The committed position is no longer in the log: records were deleted unread, or the log was cut. */
    OUT_OF_RANGE
}
