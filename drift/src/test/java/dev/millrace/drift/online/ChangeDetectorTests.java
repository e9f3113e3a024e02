package dev.millrace.drift.online;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.drift.online.ChangeDetector.Change;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeDetectorTests {
    private final SplittableRandom random = new SplittableRandom(20_261_123);

    @ParameterizedTest
    @CsvSource({"0.2", "0.5", "0.05"})
    void takes150000NumbersFromOneFalseAlarmToTheNext(double rate) {
        long numbers = 12_000_000;
        var detector = new ChangeDetector();
        int alarms = 0;
        for (long i = 0; i < numbers; i++) {
            alarms += detector.add(error(rate)) == Change.NONE ? 0 : 1;
        }

        assertThat(numbers / (double) Math.max(1, alarms)).isGreaterThanOrEqualTo(150_000);
    }

    @ParameterizedTest
    @CsvSource({"0.3, 330", "0.4, 110"})
    void findsARiseInTime(double rate, double delay) {
        int rounds = 0;
        long numbers = 0;
        while (rounds < 300) {
            var detector = new ChangeDetector();
            if (settle(detector, 0.2)) {
                rounds++;
                numbers += until(detector, rate, Change.UP);
            }
        }

        assertThat((double) numbers / rounds).isLessThanOrEqualTo(delay);
    }

    @Test
    void findsAFall() {
        var detector = new ChangeDetector();
        settle(detector, 0.5);

        assertThat(until(detector, 0.4, Change.DOWN)).isLessThan(1500);
    }

    @Test
    void learnsAnewAfterAChange() {
        var detector = new ChangeDetector();
        settle(detector, 0.2);
        until(detector, 0.6, Change.UP);

        int alarms = 0;
        for (int i = 0; i < 30_000; i++) {
            alarms += detector.add(error(0.6)) == Change.NONE ? 0 : 1;
        }

        assertThat(alarms).isZero();
    }

    @Test
    void findsConfidencesThatSink() {
        var detector = new ChangeDetector();
        for (int i = 0; i < 20_000; i++) {
            detector.add(Math.pow(random.nextDouble(), 0.1));
        }

        int number = 1;
        while (detector.add(Math.pow(random.nextDouble(), 0.15)) != Change.DOWN) {
            number++;
        }

        assertThat(number).isLessThan(400);
    }

    @Test
    void passesOverNaNAndCutsWhatIsOutside() {
        var detector = new ChangeDetector();
        settle(detector, 0.2);

        for (int i = 0; i < 10_000; i++) {
            assertThat(detector.add(Double.NaN)).isEqualTo(Change.NONE);
        }
        assertThat(until(detector, 2, Change.UP)).isGreaterThan(1);
    }

    @Test
    void allocatesNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var detector = new ChangeDetector();
        settle(detector, 0.2);
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000_000; i++) {
            detector.add(i % 5 == 0 ? 1 : 0);
        }

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    /** Whether 20,000 numbers passed without an alarm. */
    private boolean settle(ChangeDetector detector, double rate) {
        for (int i = 0; i < 20_000; i++) {
            if (detector.add(error(rate)) != Change.NONE) {
                return false;
            }
        }
        return true;
    }

    private int until(ChangeDetector detector, double rate, Change change) {
        int number = 1;
        while (detector.add(error(rate)) != change) {
            number++;
        }
        return number;
    }

    /** 1 with probability {@code rate}; always {@code rate} if that is above 1. */
    private double error(double rate) {
        return rate > 1 ? rate : random.nextDouble() < rate ? 1 : 0;
    }
}
