package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessIdentityTests {
    @Test
    void findsAProcessThatRuns() {
        assertThat(ProcessIdentity.current().find()).contains(ProcessHandle.current());
    }

    @Test
    void isNotFooledByALaterProcessWithTheSameId() {
        var current = ProcessIdentity.current();

        var earlier = new ProcessIdentity(current.pid(), current.startedAt(), "another boot/17");

        assertThat(earlier.isRunning()).isEqualTo(current.start() == null);
    }

    @Test
    void goesByTheTimeWhereTheSystemTellsNoMore() {
        var current = ProcessIdentity.current();

        var same = new ProcessIdentity(current.pid(), current.startedAt(), null);
        var earlier = new ProcessIdentity(current.pid(), current.startedAt().minus(Duration.ofMinutes(1)), null);

        assertThat(same.isRunning()).isTrue();
        assertThat(earlier.isRunning()).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void knowsAProcessAgainAfterTheClockWasSet() {
        var current = ProcessIdentity.current();

        var before =
                new ProcessIdentity(current.pid(), current.startedAt().minus(Duration.ofHours(1)), current.start());

        assertThat(before.isRunning()).isTrue();
    }

    @Test
    void knowsThatAProcessHasEnded() throws Exception {
        var process = new ProcessBuilder("sleep", "60").start();
        var identity = ProcessIdentity.of(process.pid());
        boolean before = identity.isRunning();

        process.destroyForcibly().waitFor();

        assertThat(before).isTrue();
        assertThat(identity.isRunning()).isFalse();
    }
}
