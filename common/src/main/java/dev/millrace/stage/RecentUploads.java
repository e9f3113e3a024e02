package dev.millrace.stage;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * The uploads that a lane has published within the idempotency window, so that a second record of one is dropped. An
 * upload's key decides its lane, so a repeat always lands on the lane that knows it.
 */
final class RecentUploads {
    private final Duration window;
    private final LinkedHashMap<UploadAttempt, Instant> published = new LinkedHashMap<>();

    RecentUploads(Duration window) {
        this.window = window;
    }

    boolean contains(UploadAttempt attempt) {
        return published.containsKey(attempt);
    }

    void add(UploadAttempt attempt, Instant now) {
        if (attempt.canRepeat()) {
            published.putLast(attempt, now);
        }
        Instant oldest = now.minus(window);
        while (!published.isEmpty() && published.firstEntry().getValue().isBefore(oldest)) {
            published.pollFirstEntry();
        }
    }

    int size() {
        return published.size();
    }
}
