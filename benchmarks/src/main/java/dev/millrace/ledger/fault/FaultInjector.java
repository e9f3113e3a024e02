package dev.millrace.ledger.fault;

import dev.millrace.ledger.load.RunClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Carries out a plan, one fault after another. */
public final class FaultInjector {
    /** Between the end of one and the begin of the next, if they are late. */
    private static final Duration BREATH = Duration.ofSeconds(2);

    /** A service is stopped for so long before it is deceived, so that it has a batch of many records then. */
    private static final Duration PILE_UP = Duration.ofSeconds(2);
    /** How long a zombie and the replica that took over from it live side by side. */
    private static final Duration OVERLAP = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(100);

    private final FaultPlan plan;
    private final SystemUnderTest system;
    private final RunClock clock;
    private final Duration length;
    private final BooleanSupplier recovered;
    private final List<FaultRecord> records = new ArrayList<>();
    private volatile @Nullable Fault current;

    /**
     * @param length of the time in which uploads come in; a fault after it would prove nothing, so it is left out
     * @param recovered whether the backlog is worked off; it is waited for as long as the other faults still fit in
     */
    public FaultInjector(
            FaultPlan plan, SystemUnderTest system, RunClock clock, Duration length, BooleanSupplier recovered) {
        this.plan = plan;
        this.system = system;
        this.clock = clock;
        this.length = length;
        this.recovered = recovered;
    }

    /** Returns when every part is ready after the last fault, or the system is broken. */
    public void run() throws InterruptedException {
        long next = 0;
        for (var planned : plan.faults()) {
            clock.sleepUntil(Math.max(planned.at(), next));
            awaitRecovery(planned);
            if (clock.now() >= length.toNanos() || system.failure().isPresent()) {
                return;
            }
            long begin = clock.now();
            current = planned.fault();
            FaultRecord.Exit exit = null;
            String problem = null;
            try {
                exit = inject(planned.fault());
            } catch (RuntimeException e) {
                problem = String.valueOf(e.getMessage());
            }
            current = null;
            add(new FaultRecord(planned.number(), planned.fault(), begin, clock.now(), exit, problem));
            if (problem != null) {
                return;
            }
            next = clock.now() + BREATH.toNanos();
        }
    }

    private void awaitRecovery(FaultPlan.Planned next) throws InterruptedException {
        long latest = length.minus(plan.roomFrom(next.number())).toNanos();
        while (!recovered.getAsBoolean() && clock.now() < latest) {
            Thread.sleep(POLL);
        }
    }

    /** What strikes now, if anything does. */
    public Optional<Fault> current() {
        return Optional.ofNullable(current);
    }

    /** What has struck. */
    public synchronized List<FaultRecord> records() {
        return List.copyOf(records);
    }

    private synchronized void add(FaultRecord fault) {
        records.add(fault);
    }

    /** @return how the part ended, if it was asked to */
    private FaultRecord.@Nullable Exit inject(Fault fault) throws InterruptedException {
        switch (fault) {
            case Fault.Kill(var part) -> {
                system.kill(part);
                system.start(part);
            }
            case Fault.Terminate(var part) -> {
                var exit = terminate(part);
                system.start(part);
                return exit;
            }
            case Fault.Suspend(var part, var length) -> {
                system.suspend(part);
                sleepThenResume(part, length);
            }
            case Fault.Crash(var part, var point) -> {
                system.crashAt(part, point);
                system.start(part);
            }
            case Fault.Zombie(var part, var point, var length) -> {
                system.startReplica(part);
                try {
                    system.suspendAt(part, point);
                    sleepThenResume(part, length);
                    Thread.sleep(OVERLAP);
                } finally {
                    system.endReplica(part);
                }
            }
            case Fault.Deceive(var part, var what, var length, var seed) -> {
                system.suspend(part);
                try {
                    Thread.sleep(PILE_UP);
                    system.deceive(part, what, seed);
                } finally {
                    system.resume(part);
                }
                Thread.sleep(length);
                system.undeceive(part, what);
            }
        }
        return null;
    }

    private FaultRecord.Exit terminate(Part part) throws InterruptedException {
        if (part != Part.COLLECTOR) {
            return new FaultRecord.Exit(timeTermination(part), null);
        }
        try (var watch = new RefusalWatch(system, clock)) {
            long took = timeTermination(part);
            watch.close();
            return new FaultRecord.Exit(took, watch.notice());
        }
    }

    private long timeTermination(Part part) {
        long begin = clock.now();
        system.terminate(part);
        return clock.now() - begin;
    }

    private void sleepThenResume(Part part, Duration length) throws InterruptedException {
        try {
            Thread.sleep(length);
        } finally {
            system.resume(part);
        }
    }
}
