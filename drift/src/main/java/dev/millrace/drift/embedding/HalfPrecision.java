package dev.millrace.drift.embedding;

import org.jspecify.annotations.Nullable;

/**
 * Vectors in binary16 (IEEE 754): two bytes an element, rounded to the nearest, off by at most 2⁻¹¹ of a value of 2⁻¹⁴ or more
 * and by 2⁻²⁵ of a smaller one.
 */
public final class HalfPrecision {
    private HalfPrecision() {}

    /** Rounds a vector; null if an element is NaN, infinite or beyond 65,504, which binary16 cannot hold. */
    public static short @Nullable [] of(float[] vector) {
        var halves = new short[vector.length];
        for (int i = 0; i < vector.length; i++) {
            halves[i] = Float.floatToFloat16(vector[i]);
            if (!isFinite(halves[i])) {
                return null;
            }
        }
        return halves;
    }

    public static boolean isFinite(short half) {
        return Float.isFinite(Float.float16ToFloat(half));
    }

    public static float[] floats(short[] halves) {
        var vector = new float[halves.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = Float.float16ToFloat(halves[i]);
        }
        return vector;
    }
}
