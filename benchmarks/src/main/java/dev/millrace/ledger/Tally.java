package dev.millrace.ledger;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/** Counts what was accepted and what was answered; either may be told first. Thread-safe. */
final class Tally {
    private final Set<UUID> unanswered = new HashSet<>();
    /** Answered before the client knew that they were accepted, or without it ever knowing. */
    private final Set<UUID> early = new HashSet<>();

    private int accepted;
    private int answered;

    synchronized void accepted(UUID id) {
        accepted++;
        if (!early.remove(id)) {
            unanswered.add(id);
        }
    }

    synchronized void answered(UUID id) {
        answered++;
        if (!unanswered.remove(id)) {
            early.add(id);
        }
    }

    synchronized int accepted() {
        return accepted;
    }

    synchronized int answered() {
        return answered;
    }

    /** Accepted uploads without a result. */
    synchronized int backlog() {
        return unanswered.size();
    }
}
