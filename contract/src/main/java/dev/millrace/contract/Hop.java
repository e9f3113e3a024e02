package dev.millrace.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The time a service had an upload in its hands.
 *
 * @param service the service's name without {@code -service}
 * @param receivedAt when it took the record up, milliseconds exact
 * @param sentAt when it handed the record on, milliseconds exact; never before {@code receivedAt}
 */
public record Hop(
        @JsonProperty("service") String service,
        @JsonProperty("receivedAt") Instant receivedAt,
        @JsonProperty("sentAt") Instant sentAt) {

    private static final Pattern SERVICE = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    public Hop {
        if (!SERVICE.matcher(service).matches()) {
            throw new IllegalArgumentException(
                    "hop: service '%s' (expected: lower-case letters, at most 32)".formatted(service));
        }
        if (sentAt.isBefore(receivedAt)) {
            sentAt = receivedAt;
        }
    }

    public Duration duration() {
        return Duration.between(receivedAt, sentAt);
    }

    /** The form of the header {@link Headers#HOPS}: {@code service=received-sent} in milliseconds, separated by commas. */
    public static String format(List<Hop> hops) {
        var text = new StringBuilder();
        for (var hop : hops) {
            text.append(text.isEmpty() ? "" : ",")
                    .append(hop.service)
                    .append('=')
                    .append(hop.receivedAt.toEpochMilli())
                    .append('-')
                    .append(hop.sentAt.toEpochMilli());
        }
        return text.toString();
    }

    /** Reads what {@link #format} writes. Times are for people, so an entry that cannot be read is left out. */
    public static List<Hop> parse(@Nullable String text) {
        var hops = new ArrayList<Hop>();
        for (String entry : text == null ? new String[0] : text.split(",", 16)) {
            int equals = entry.indexOf('=');
            int dash = entry.indexOf('-', equals + 1);
            if (equals < 1 || dash < 0) {
                continue;
            }
            try {
                hops.add(new Hop(
                        entry.substring(0, equals),
                        Instant.ofEpochMilli(Long.parseLong(entry, equals + 1, dash, 10)),
                        Instant.ofEpochMilli(Long.parseLong(entry, dash + 1, entry.length(), 10))));
            } catch (IllegalArgumentException e) {
                // An entry of another form: see the method's contract.
            }
        }
        return List.copyOf(hops);
    }
}
