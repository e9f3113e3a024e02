package dev.millrace.collector;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.regex.Pattern;

/**
 * The preference {@code wait} of the {@code Prefer} header (<a href="https://www.rfc-editor.org/rfc/rfc7240">RFC 7240</a>).
 *
 * @param time how long the client likes to wait, 0 (not at all) to 60 s
 */
record WaitPreference(Duration time) {
    private static final int LONGEST_SECONDS = 60;
    private static final Pattern WAIT = Pattern.compile("(?i)\\s*wait\\s*=\\s*\"?(\\d{1,9})\"?\\s*(;.*)?");

    /** Reads the first {@code wait}; longer ones count as 60 s, and one of another form as none, as the RFC asks for. */
    static WaitPreference of(HttpServletRequest request) {
        for (String header : Collections.list(request.getHeaders("Prefer"))) {
            for (String preference : header.split(",", 16)) {
                var matcher = WAIT.matcher(preference);
                if (matcher.matches()) {
                    int seconds = Math.min(Integer.parseInt(matcher.group(1)), LONGEST_SECONDS);
                    return new WaitPreference(Duration.ofSeconds(seconds));
                }
            }
        }
        return new WaitPreference(Duration.ZERO);
    }

    boolean isWanted() {
        return time.isPositive();
    }

    /** The value of {@code Preference-Applied}. */
    String applied() {
        return "wait=" + time.toSeconds();
    }
}
