package dev.millrace.ledger.fault;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.agent.ClientFault;
import dev.millrace.ledger.agent.FaultPoint;
import dev.millrace.ledger.fault.FaultPlan.Planned;
import dev.millrace.ledger.load.RunClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class FaultInjectorTests {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration EXIT = Duration.ofMillis(600);
    private static final Duration NOTICE = Duration.ofMillis(300);

    private final Recorder system = new Recorder();

    @Test
    void startsWhatItEndedAndLetsGoWhatItStopped() throws InterruptedException {
        var injector = injector(
                LONG,
                new Fault.Kill(Part.BROKER),
                new Fault.Terminate(Part.FEATURE),
                new Fault.Suspend(Part.REDIS, Duration.ofMillis(1)),
                new Fault.Crash(Part.COLLECTOR, FaultPoint.AFTER_ACK_BEFORE_ANSWER));

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
    void measuresHowCollectorEnds() throws InterruptedException {
        var injector = injector(LONG, new Fault.Terminate(Part.COLLECTOR), new Fault.Terminate(Part.FEATURE));

        injector.run();

        var exit = requireNonNull(injector.records().getFirst().exit());
        assertThat(Duration.ofNanos(exit.took())).isBetween(EXIT, EXIT.multipliedBy(5));
        assertThat(Duration.ofNanos(requireNonNull(exit.notice()))).isBetween(NOTICE.dividedBy(2), EXIT);
        assertThat(requireNonNull(injector.records().getLast().exit()).notice()).isNull();
    }

    @Test
    void wakesAZombieBesideTheReplicaThatTookOverAndThenEndsThat() throws InterruptedException {
        injector(LONG, new Fault.Zombie(Part.FEATURE, FaultPoint.BEFORE_SEND, Duration.ofMillis(1)))
                .run();

        assertThat(system.done)
                .containsExactly("startReplica FEATURE", "suspendAt FEATURE", "resume FEATURE", "endReplica FEATURE");
    }

    @Test
    void deceivesAServiceThatHasABatchAndThenNoMore() throws InterruptedException {
        injector(LONG, new Fault.Deceive(Part.FEATURE, ClientFault.SEND_LOST, Duration.ofMillis(1), 1))
                .run();

        assertThat(system.done)
                .containsExactly("suspend FEATURE", "deceive FEATURE", "resume FEATURE", "undeceive FEATURE");
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
        private volatile boolean ending;
        private volatile long endingSince;

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
            endingSince = System.nanoTime();
            ending = true;
            LockSupport.parkNanos(EXIT.toNanos());
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
        public void crashAt(Part part, FaultPoint point) {
            done.add("crash " + part);
        }

        @Override
        public void suspendAt(Part part, FaultPoint point) {
            done.add("suspendAt " + part);
        }

        @Override
        public void startReplica(Part part) {
            done.add("startReplica " + part);
        }

        @Override
        public void endReplica(Part part) {
            done.add("endReplica " + part);
        }

        @Override
        public void deceive(Part part, ClientFault what, long seed) {
            done.add("deceive " + part);
        }

        @Override
        public void undeceive(Part part, ClientFault what) {
            done.add("undeceive " + part);
        }

        @Override
        public boolean isReady(Part part) {
            return !ending;
        }

        @Override
        public boolean isServing() {
            return !ending || System.nanoTime() - endingSince < NOTICE.toNanos();
        }

        @Override
        public Optional<String> failure() {
            return Optional.empty();
        }
    }
}
