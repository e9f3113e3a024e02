package dev.millrace.bench.engine;

import java.util.Optional;

/** What the measuring process says: a tag and fields, separated by tabs. */
public sealed interface Line {
    /** What is being done. */
    record Progress(String line) implements Line {
        @Override
        public String text() {
            return "millrace-progress\t" + line;
        }
    }

    /** One value of a figure. */
    record Measured(String name, String variant, String unit, double value, String goal) implements Line {
        @Override
        public String text() {
            return String.join("\t", "millrace-figure", name, variant, unit, Double.toString(value), goal);
        }
    }

    /** Seconds since the beginning, and the resident memory then, MiB. */
    record Memory(double second, double mebibytes) implements Line {
        @Override
        public String text() {
            return String.join("\t", "millrace-memory", Double.toString(second), Double.toString(mebibytes));
        }
    }

    String text();

    /** Reads what {@link #text()} wrote; empty for any other line. */
    static Optional<Line> parse(String text) {
        String[] fields = text.split("\t", -1);
        return switch (fields[0]) {
            case "millrace-progress" -> Optional.of(new Progress(fields[1]));
            case "millrace-figure" ->
                Optional.of(new Measured(fields[1], fields[2], fields[3], Double.parseDouble(fields[4]), fields[5]));
            case "millrace-memory" ->
                Optional.of(new Memory(Double.parseDouble(fields[1]), Double.parseDouble(fields[2])));
            default -> Optional.empty();
        };
    }
}
