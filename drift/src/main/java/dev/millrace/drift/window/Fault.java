package dev.millrace.drift.window;

/** What can be wrong with the data itself, whatever it speaks of. */
public enum Fault {
    /** Values of a series are NaN, infinite or not there. */
    NULLS,
    /** A tensor or a feature's value is of another type. */
    TYPE_FLIP,
    /** Values of a series are larger by a power of ten than any should be. */
    UNIT_CHANGE,
    /** Contents or texts end at one length. */
    TRUNCATION,
    /** The same content comes again and again. */
    DUPLICATES,
    /** Text was read in the wrong charset. */
    MOJIBAKE,
    /** There is no text. */
    EMPTY_TEXT,
    /** HTML tags in what should be text. */
    HTML_IN_TEXT,
    /** An upload was accepted long before or after its records were written: somebody's clock is wrong. */
    TIMESTAMP_SKEW,
    /** A label or a content type that the pipeline does not know. */
    UNKNOWN_CATEGORY,
    /** A series has one value over and over that was rare. */
    CONSTANT_COLUMN,
    /** An embedding with NaN, infinity or, where embeddings are watched, an element beyond 65,504, which half precision cannot hold. */
    INVALID_EMBEDDING,
    /** An embedding of another size than those of the profile. */
    OTHER_DIMENSION
}
