package dev.millrace.ledger.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.crash.CrashPoint;
import dev.millrace.ledger.fault.FaultPlan.Planned;
import dev.millrace.ledger.load.RunClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultInjectorTests {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Recorder system = new Recorder();

    @Test
    void startsWhatItEndedAndLetsGoWhatItStopped() throws InterruptedException {
        var injector = injector(
                LONG,
                new Fault.Kill(Part.BROKER),
                new Fault.Terminate(Part.FEATURE),
                new Fault.Suspend(Part.REDIS, Duration.ofMillis(1)),
                new Fault.Crash(Part.COLLECTOR, CrashPoint.AFTER_ACK_BEFORE_ANSWER));

        injector.run();

        assertThat(system.done)
                .containsExactly(
                        "kill BROKER",
                        "start BROKER",
                        "terminate FEATURE",
                        "start FEATURE",
                        "suspend REDIS",
                        "resume REDIS",
                        "crash COLLECTOR",
                        "start COLLECTOR");
        assertThat(injector.records()).hasSize(4).allSatisfy(fault -> {
            assertThat(fault.problem()).isNull();
            assertThat(fault.readyAt()).isGreaterThanOrEqualTo(fault.begunAt());
        });
    }

    @Test
    void leavesOutFaultsForWhichThereIsNoLoadAnyMore() throws InterruptedException {
        var injector = injector(Duration.ZERO, new Fault.Kill(Part.BROKER));

        injector.run();

        assertThat(injector.records()).isEmpty();
    }

    @Test
    void stopsWhereAPartDoesNotComeBack() throws InterruptedException {
        system.broken = true;
        var injector = injector(LONG, new Fault.Kill(Part.BROKER), new Fault.Kill(Part.REDIS));

        injector.run();

        assertThat(injector.records()).singleElement().satisfies(fault -> assertThat(fault.problem())
                .isEqualTo("does not start"));
    }

    private FaultInjector injector(Duration length, Fault... faults) {
        var planned = new ArrayList<Planned>();
        for (var fault : faults) {
            planned.add(new Planned(planned.size() + 1, 0, fault));
        }
        return new FaultInjector(new FaultPlan(planned), system, new RunClock(), length, () -> true);
    }

    private static final class Recorder implements SystemUnderTest {
        private final List<String> done = new ArrayList<>();
        private boolean broken;

        @Override
        public String api() {
            return "";
        }

        @Override
        public String bootstrapServers() {
            return "";
        }

        @Override
        public void kill(Part part) {
            done.add("kill " + part);
        }

        @Override
        public void terminate(Part part) {
            done.add("terminate " + part);
        }

        @Override
        public void start(Part part) {
            if (broken) {
                throw new IllegalStateException("does not start");
            }
            done.add("start " + part);
        }

        @Override
        public void suspend(Part part) {
            done.add("suspend " + part);
        }

        @Override
        public void resume(Part part) {
            done.add("resume " + part);
        }

        @Override
        public void crashAt(Part part, CrashPoint point) {
            done.add("crash " + part);
        }

        @Override
        public Optional<String> failure() {
            return Optional.empty();
        }
    }
}
