package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessIdentityTests {
    @Test
    void findsAProcessThatRuns() {
        assertThat(ProcessIdentity.current().find()).contains(ProcessHandle.current());
    }

    @Test
    void isNotFooledByALaterProcessWithTheSameId() {
        var current = ProcessIdentity.current();

        var earlier = new ProcessIdentity(current.pid(), current.startedAt().minus(Duration.ofMinutes(1)));

        assertThat(earlier.isRunning()).isFalse();
    }

    @Test
    void knowsThatAProcessHasEnded() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        var identity =
                new ProcessIdentity(process.pid(), process.info().startInstant().orElseThrow());
        boolean before = identity.isRunning();

        process.destroyForcibly().waitFor();

        assertThat(before).isTrue();
        assertThat(identity.isRunning()).isFalse();
    }
}
