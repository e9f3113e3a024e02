package dev.millrace.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The number format a model computes in. Values of two precisions differ, so they never share a cache key. */
public enum Precision {
    FP32,
    BF16;

    private static final Set<String> BF16_INSTRUCTIONS = Set.of("avx512_bf16", "amx_bf16");

    /** {@code fp32} or {@code bf16}, as in {@code model.yaml} and in events. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the form that {@link #text()} writes.
     *
     * @throws IllegalArgumentException if it is none of the known ones
     */
    @JsonCreator
    public static Precision of(String text) {
        return Arrays.stream(values())
                .filter(precision -> precision.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("precision: '%s' (expected: fp32 or bf16)".formatted(text)));
    }

    /**
     * What this machine's processor computes in: fp32, and bf16 if it multiplies that natively (AVX-512 BF16 or AMX).
     * Emulated bf16 is slower than fp32.
     */
    static Set<Precision> ofThisMachine() {
        return ofProcessor(Path.of("/proc/cpuinfo"));
    }

    static Set<Precision> ofProcessor(Path cpuinfo) {
        try (var lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
            var flags =
                    lines.filter(line -> line.startsWith("flags")).findFirst().orElse("");
            var known = new HashSet<>(Arrays.asList(flags.split("\\s+")));
            known.retainAll(BF16_INSTRUCTIONS);
            return known.isEmpty() ? EnumSet.of(FP32) : EnumSet.of(FP32, BF16);
        } catch (IOException e) {
            // No such file on macOS.
            return EnumSet.of(FP32);
        }
    }
}
