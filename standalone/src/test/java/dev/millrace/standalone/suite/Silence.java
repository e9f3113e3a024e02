package dev.millrace.standalone.suite;

import java.time.Duration;

/** Progress that nobody looks at. */
final class Silence implements Progress {
    @Override
    public void begun(String step) {}

    @Override
    public void done(String step, String detail, Duration took) {}

    @Override
    public void note(String line) {}
}
