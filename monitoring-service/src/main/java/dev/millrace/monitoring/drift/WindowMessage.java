package dev.millrace.monitoring.drift;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A record of {@code profiles.windowed.v1}. A lane's windows come before the mark that says they are whole. */
sealed interface WindowMessage {
    /** What a lane's window counted of a model version. The same key has the same value, however often it is written. */
    @SuppressWarnings("ArrayRecordComponent") // Bytes on their way; nobody asks whether two are equal.
    record Partial(String model, Instant start, Duration length, int lane, byte[] counts) implements WindowMessage {
        @Override
        public byte[] key() {
            return "window/%s/%d/%d/%d"
                    .formatted(model, start.toEpochMilli(), length.toMillis(), lane)
                    .getBytes(UTF_8);
        }

        @Override
        public byte[] value() {
            return counts;
        }
    }

    /**
     * A lane's windows from one time to another are whole.
     *
     * @param lanes how many there are
     * @param from where the lane's mark before this one ended; {@code until} where a lane begins
     */
    record Mark(int lane, int lanes, Instant from, Instant until) implements WindowMessage {
        @Override
        public byte[] key() {
            return "lane/%d".formatted(lane).getBytes(UTF_8);
        }

        @Override
        public byte[] value() {
            return ByteBuffer.allocate(Integer.BYTES + 2 * Long.BYTES)
                    .putInt(lanes)
                    .putLong(from.toEpochMilli())
                    .putLong(until.toEpochMilli())
                    .array();
        }
    }

    Pattern WINDOW = Pattern.compile("window/([^/]+/[^/]+)/([0-9]{1,15})/([0-9]{1,10})/([0-9]{1,4})");
    Pattern LANE = Pattern.compile("lane/([0-9]{1,4})");

    byte[] key();

    byte[] value();

    /** @throws IllegalArgumentException if it is something else */
    static WindowMessage of(byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null || value == null) {
            throw new IllegalArgumentException("key, value: none (expected: both)");
        }
        String text = new String(key, UTF_8);
        var window = WINDOW.matcher(text);
        if (window.matches()) {
            var start = Instant.ofEpochMilli(Long.parseLong(window.group(2)));
            var length = Duration.ofMillis(Long.parseLong(window.group(3)));
            return new Partial(window.group(1), start, length, Integer.parseInt(window.group(4)), value);
        }
        var lane = LANE.matcher(text);
        if (!lane.matches()) {
            throw new IllegalArgumentException("key: '%s' (expected: a window or a lane)".formatted(text));
        }
        try {
            var buffer = ByteBuffer.wrap(value);
            return new Mark(
                    Integer.parseInt(lane.group(1)),
                    buffer.getInt(),
                    Instant.ofEpochMilli(buffer.getLong()),
                    Instant.ofEpochMilli(buffer.getLong()));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("value: %d bytes (expected: 20)".formatted(value.length), e);
        }
    }
}
