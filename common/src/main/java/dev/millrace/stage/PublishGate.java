package dev.millrace.stage;

import dev.millrace.contract.Origin;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a record is the next one of its lane. A record is published only if its predecessor is the last origin
 * published (the lane's number), which makes a chain without holes or repeats out of a topic that has both.
 */
final class PublishGate {
    private PublishGate() {}

    /** The four cases; there is no fifth. */
    enum Verdict {
        /** The predecessor is the number: publish. */
        ACCEPT,
        /** Published before: drop. */
        REPEAT,
        /** Behind a gap: drop; whoever made the gap has not committed past it, and sends all from there again. */
        GAP,
        /** Two chains, which legal code never makes: stop the lane. */
        FORK
    }

    /** @param number origin of the last record published on the lane; null before the first */
    static Verdict judge(@Nullable Origin number, LaneLink link) {
        boolean follows = Objects.equals(link.predecessor(), number);
        if (number == null) {
            return follows ? Verdict.ACCEPT : Verdict.GAP;
        }
        return switch (link.origin().comparedTo(number)) {
            case SAME, OLDER -> Verdict.REPEAT;
            case UNRELATED -> Verdict.FORK;
            case NEWER -> follows ? Verdict.ACCEPT : newer(number, link.predecessor());
        };
    }

    private static Verdict newer(Origin number, @Nullable Origin predecessor) {
        return predecessor != null && predecessor.comparedTo(number) == Origin.Order.NEWER ? Verdict.GAP : Verdict.FORK;
    }
}
