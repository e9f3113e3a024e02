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
            String problem = null;
            try {
                inject(planned.fault());
            } catch (RuntimeException e) {
                problem = String.valueOf(e.getMessage());
            }
            current = null;
            add(new FaultRecord(planned.number(), planned.fault(), begin, clock.now(), problem));
            if (problem != null) {
                return;
            }
            next = clock.now() + BREATH.toNanos();
        }
    }

    private void awaitRecovery(FaultPlan.Planned next) throws InterruptedException {
        int left = plan.faults().size() - next.number() + 1;
        long latest = length.minus(FaultPlan.SPACING.multipliedBy(left)).toNanos();
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

    private void inject(Fault fault) throws InterruptedException {
        switch (fault) {
            case Fault.Kill(var part) -> {
                system.kill(part);
                system.start(part);
            }
            case Fault.Terminate(var part) -> {
                system.terminate(part);
                system.start(part);
            }
            case Fault.Suspend(var part, var length) -> {
                system.suspend(part);
                try {
                    Thread.sleep(length);
                } finally {
                    system.resume(part);
                }
            }
            case Fault.Crash(var part, var point) -> {
                system.crashAt(part, point);
                system.start(part);
            }
        }
    }
}
