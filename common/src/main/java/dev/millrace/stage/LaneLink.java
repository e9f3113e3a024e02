package dev.millrace.stage;

import dev.millrace.contract.Headers;
import dev.millrace.contract.Origin;
import org.jspecify.annotations.Nullable;

/**
 * A record's place in the chain of its lane.
 *
 * @param origin where its upload stands in the first topic
 * @param predecessor origin of the record delivered before it on the lane, or null if it is the first
 */
record LaneLink(Origin origin, @Nullable Origin predecessor) {

    /** The link in the headers of a record on an inner topic, or null if they hold no valid one. */
    static @Nullable LaneLink read(org.apache.kafka.common.header.Headers headers) {
        String origin = Headers.text(headers, Headers.ORIGIN);
        String predecessor = Headers.text(headers, Headers.PREDECESSOR);
        if (origin == null || predecessor == null) {
            return null;
        }
        try {
            return new LaneLink(
                    Origin.parse(origin),
                    predecessor.equals(Headers.NO_PREDECESSOR) ? null : Origin.parse(predecessor));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    void write(org.apache.kafka.common.header.Headers headers) {
        Headers.set(headers, Headers.ORIGIN, origin.toString());
        Headers.set(headers, Headers.PREDECESSOR, text(predecessor));
    }

    static String text(@Nullable Origin origin) {
        return origin == null ? Headers.NO_PREDECESSOR : origin.toString();
    }
}
