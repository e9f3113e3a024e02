package dev.millrace.drift.profile;

import java.util.UUID;

/**
 * The order in which rows are taken into a sample: by a hash of their upload's id, which is as good as random but the same
 * everywhere. So whoever takes the first of the same rows takes the same.
 */
public final class SampleOrder {
    private SampleOrder() {}

    /** SplitMix64's mixing of the id's bits. */
    public static long hash(UUID id) {
        long mixed = id.getMostSignificantBits() * 0x9E3779B97F4A7C15L ^ id.getLeastSignificantBits();
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
