package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts and ends a real broker, a real Redis, and stand-ins of the services. */
class SuiteIT {
    @TempDir
    Path parent;

    private final Addresses addresses = TestAddresses.free();

    @AfterEach
    void end() {
        LeftOver.end(folder(), false);
        // Whatever a failed test has let go.
        ProcessHandle.current()
                .children()
                .filter(child -> !child.info().commandLine().orElse("").contains("millrace-warden"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void startsEverythingAndLeavesNothing() throws Exception {
        var suite = suite(FakeService.class);
        suite.start(() -> parent);
        var running = folder().read().orElseThrow().running();

        suite.close();

        assertThat(running)
                .extracting(SuiteState.Member::name)
                .containsExactlyInAnyOrder(
                        "kafka", "redis", "collector", "feature", "inference", "postprocessor", "monitoring");
        assertNothingIsLeft(running);
        assertThat(folder().read()).isEmpty();
    }

    @Test
    void saysWhatAServiceThatDiedSaidLast() throws Exception {
        try (var suite = suite(FakeService.Failing.class)) {
            assertThatExceptionOfType(SuiteException.class)
                    .isThrownBy(() -> suite.start(() -> parent))
                    .withMessageContaining("ended with status 1")
                    .satisfies(e -> assertThat(e.evidence())
                            .anySatisfy(line -> assertThat(line).contains("Main: no model to serve")));
        }
        assertPortsAreFree();
    }

    @Test
    void tellsWhenAProcessEndsByItself() throws Exception {
        try (var suite = suite(FakeService.class)) {
            suite.start(() -> parent);

            member("feature").process().find().orElseThrow().destroyForcibly();

            await().untilAsserted(() -> assertThat(suite.failure())
                    .isCompletedWithValueMatching(
                            e -> String.valueOf(e.getMessage()).startsWith("feature: ended")));
        }
    }

    @Test
    void livesOnDetachedUntilItIsEnded() throws Exception {
        var suite = suite(FakeService.class);
        suite.start(() -> parent);
        suite.detach();
        suite.close();
        var running = folder().read().orElseThrow().running();

        boolean ended = LeftOver.end(folder(), false).wasRunning();

        assertThat(running).hasSize(7);
        assertThat(ended).isTrue();
        assertNothingIsLeft(running);
    }

    @Test
    void refusesASecondSuiteInTheSameFolder() throws Exception {
        var first = suite(FakeService.class);
        first.start(() -> parent);
        first.detach();

        try (var second = suite(FakeService.class)) {
            assertThatExceptionOfType(SuiteException.class)
                    .isThrownBy(() -> second.start(() -> parent))
                    .withMessageContaining("A suite is running already");
        }
        assertThat(folder().read().orElseThrow().running()).hasSize(7);
    }

    @Test
    void leavesNothingWhenItsLauncherIsKilled() throws Exception {
        var launcher = launch();
        var running = folder().read().orElseThrow().running();

        launcher.destroyForcibly().waitFor();

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertNothingIsLeft(running));
    }

    @Test
    void isEndedFromElsewhere() throws Exception {
        var launcher = launch();
        var running = folder().read().orElseThrow().running();

        var ended = LeftOver.end(folder(), true);

        assertThat(ended).isEqualTo(new LeftOver.Ended(true, true));
        assertThat(launcher.waitFor()).isNotZero();
        assertNothingIsLeft(running);
    }

    /** Runs {@code up} in a JVM of its own, and waits until everything is ready. */
    private Process launch() throws Exception {
        var root =
                FakeService.install(parent.resolve("clone"), FakeService.class).root();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dmillrace.home=" + root,
                        "dev.millrace.standalone.Millrace",
                        "up",
                        "--models=" + parent,
                        "--data-dir=" + folder().path(),
                        "--port-base=" + addresses.collector())
                .redirectErrorStream(true)
                .redirectOutput(parent.resolve("up.log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(
                        () -> assertThat(parent.resolve("up.log")).content().contains("Ctrl-C ends it."));
        return process;
    }

    private Suite suite(Class<?> service) throws Exception {
        var installation = FakeService.install(parent.resolve("clone"), service);
        return new Suite(installation, folder(), addresses, new Silence());
    }

    private StateFolder folder() {
        return new StateFolder(parent.resolve("state"));
    }

    private SuiteState.Member member(String name) {
        return folder().read().orElseThrow().running().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void assertNothingIsLeft(List<SuiteState.Member> members) {
        assertThat(members).noneMatch(member -> member.process().isRunning());
        assertPortsAreFree();
    }

    private void assertPortsAreFree() {
        assertThat(addresses.all().keySet()).allMatch(Ports::isFree);
    }
}
