package dev.millrace.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ManagedProcessTests {
    @TempDir
    Path folder;

    @Test
    void writesOutputAndErrorsIntoTheLog() {
        var process = start("sh", "-c", "echo $GREETING; echo bye >&2");

        await().until(() -> !process.isAlive());

        assertThat(process.lastLines(5)).containsExactly("hello", "bye");
    }

    @Test
    void showsTheEndOfTheLogWhenTheProcessEndsBeforeItIsReady() {
        var process = start("sh", "-c", "echo out of luck; exit 3");

        assertThatExceptionOfType(ProcessFailedException.class)
                .isThrownBy(() -> process.await(() -> false, Duration.ofSeconds(10)))
                .withMessageContaining("ended with status 3")
                .satisfies(e -> assertThat(e.lastLines()).containsExactly("out of luck"));
    }

    @Test
    void givesUpOnAProcessThatIsNotReadyInTime() {
        var process = start("sleep", "60");

        assertThatExceptionOfType(ProcessFailedException.class)
                .isThrownBy(() -> process.await(() -> false, Duration.ofMillis(100)))
                .withMessageContaining("not ready");

        process.kill();
    }

    @Test
    void writesDownWhatTheThreadsOfAJvmThatIsNotReadyDo() {
        var command = JavaCommand.of(Sleeper.class, folder, List.of(), List.of());
        var process = start(command.toArray(String[]::new));
        await().until(() -> process.lastLines(1).contains("asleep"));

        assertThatExceptionOfType(ProcessFailedException.class)
                .isThrownBy(() -> process.await(() -> false, Duration.ofMillis(100)))
                .withMessageContaining("threads: " + folder.resolve("probe-threads.txt"));

        assertThat(folder.resolve("probe-threads.txt")).content().contains("Sleeper.main");
        process.kill();
    }

    @Test
    void endsByForceAProcessThatDoesNotWantTo() {
        var process = start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done");
        await().until(() -> process.lastLines(1).contains("ready"));

        process.stop(Duration.ofMillis(200));

        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void namesTheProgramThatIsMissing() {
        var process = start("no-such-program");

        assertThatExceptionOfType(ProcessFailedException.class)
                .isThrownBy(() -> process.await(() -> false, Duration.ofSeconds(10)))
                .withMessageContaining("no-such-program");
    }

    @Test
    void endsWithItsParentEvenIfThatIsKilled() throws Exception {
        var parent = new ProcessBuilder(
                        JavaCommand.of(SleepingParent.class, folder, List.of(), List.of(folder.toString())))
                .start();
        long pid;
        try (var lines = parent.inputReader(UTF_8)) {
            pid = Long.parseLong(lines.readLine());
            assertThat(isRunning(pid)).isTrue();

            parent.destroyForcibly().waitFor();
        }

        await().untilAsserted(() -> assertThat(isRunning(pid)).isFalse());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void isOutOfReachOfTheTerminal() {
        var process = start("sh", "-c", "cut -d ' ' -f 1,5,6 /proc/$$/stat");

        await().until(() -> !process.isAlive());

        // Its process group and its session are its own.
        assertThat(process.lastLines(1)).containsExactly("%1$d %1$d %1$d".formatted(process.pid()));
    }

    @Test
    void countsAsLivingUntilItIsReleasedOrEnds() {
        var process = start("sleep", "60");
        boolean before = ManagedProcess.living().contains(process);

        process.release();

        assertThat(before).isTrue();
        assertThat(ManagedProcess.living()).doesNotContain(process);
        process.kill();
    }

    /** A zombie has no program any more. */
    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).isPresent();
    }

    private ManagedProcess start(String... arguments) {
        return ManagedProcess.start(new ManagedProcess.Command(
                "probe", List.of(arguments), Map.of("GREETING", "hello"), folder.resolve("probe.log")));
    }

    /** Sleeps for long. */
    static final class Sleeper {
        private Sleeper() {}

        @SuppressWarnings("SystemOut") // The test reads it.
        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("asleep");
            Thread.currentThread().join();
        }
    }

    /** Starts a child that would sleep for long, prints its process id, and waits to be killed. */
    static final class SleepingParent {
        private SleepingParent() {}

        @SuppressWarnings("SystemOut") // The test reads it.
        public static void main(String[] arguments) throws InterruptedException {
            var child = ManagedProcess.start(new ManagedProcess.Command(
                    "child", List.of("sleep", "600"), Map.of(), Path.of(arguments[0], "child.log")));
            System.out.println(child.pid());
            Thread.currentThread().join();
        }
    }
}
