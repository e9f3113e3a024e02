package dev.millrace.standalone;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time, {@code 2026-11-23T08:00:00Z}, or one ago, {@code 30s}, {@code 30m}, {@code 2h}, {@code 7d}. */
final class TimeAgo implements ITypeConverter<Instant> {
    /** Before anything was written. */
    static final String EVER = "1970-01-01T00:00:00Z";

    @Override
    public Instant convert(String value) {
        try {
            if (value.matches("[0-9]{1,6}[smhd]")) {
                String unit = value.substring(value.length() - 1).toUpperCase(Locale.ROOT);
                String amount = value.substring(0, value.length() - 1);
                return Instant.now()
                        .minus(Duration.parse(unit.equals("D") ? "P" + amount + "D" : "PT" + amount + unit));
            }
            return Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "'%s' (expected: 2026-11-23T08:00:00Z or a time ago such as 30m)".formatted(value));
        }
    }
}
