package dev.millrace.ledger.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ledger.fault.Fault;
import dev.millrace.ledger.fault.FaultRecord;
import dev.millrace.ledger.fault.Part;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultEffectTests {
    private static final long SECOND = 1_000_000_000;
    private static final long END = 60 * SECOND;

    private final List<Measurements.Answer> answers = new ArrayList<>();
    private final List<Measurements.Backlog> backlog = new ArrayList<>();

    @Test
    void seesNoHarmWhereThereIsNone() {
        upload(0, 60, 20);
        wait(0, 60, 1);

        var effect = effects(30).getFirst();

        assertThat(effect.latencyRecovered()).isZero();
        assertThat(effect.backlogRecovered()).isZero();
        assertThat(effect.before().p50()).isBetween(19.9, 20.1);
        assertThat(effect.during().p99()).isLessThan(21);
    }

    @Test
    void measuresUntilNewUploadsAreAnsweredAsBefore() {
        upload(0, 30, 20);
        upload(30, 37, 5_000);
        upload(37, 60, 20);
        wait(0, 60, 100);

        var effect = effects(30).getFirst();

        assertThat(effect.latencyRecovered()).isEqualTo(7.0);
        assertThat(effect.before().p99()).isBetween(19.9, 20.1);
    }

    @Test
    void measuresUntilNoMoreUploadsWaitThanBefore() {
        upload(0, 60, 20);
        wait(0, 31, 2);
        wait(31, 36, 400);
        wait(36, 60, 2);

        assertThat(effects(30).getFirst().backlogRecovered()).isEqualTo(6.0);
    }

    @Test
    void doesNotTakeOneQuickSecondForARecovery() {
        upload(0, 30, 20);
        upload(30, 33, 5_000);
        upload(33, 34, 20);
        upload(34, 40, 5_000);
        upload(40, 60, 20);

        assertThat(effects(30).getFirst().latencyRecovered()).isEqualTo(10.0);
    }

    @Test
    void saysThatThereWasNoRecoveryBeforeTheNextFault() {
        upload(0, 30, 20);
        upload(30, 60, 5_000);
        wait(0, 30, 2);
        wait(30, 60, 400);

        var effect = effects(30, 50).getFirst();

        assertThat(effect.latencyRecovered()).isNull();
        assertThat(effect.backlogRecovered()).isNull();
        assertThat(effect.recovered()).isNull();
        assertThat(effect.during().p50()).isGreaterThan(4_900);
    }

    @Test
    void measuresWhatWasBeforeByUploadsThatTheFaultDidNotTouch() {
        upload(0, 29, 20);
        upload(29, 37, 5_000);
        upload(37, 60, 20);

        var effect = effects(30).getFirst();

        assertThat(effect.before().max()).isBetween(19.9, 20.1);
        assertThat(effect.during().count()).isEqualTo(8 * 20);
        assertThat(effect.latencyRecovered()).isEqualTo(7.0);
    }

    @Test
    void countsAnUploadThatWasNeverAnsweredAsSlow() {
        upload(0, 30, 20);
        for (long at = 30 * SECOND; at < 35 * SECOND; at += SECOND / 20) {
            answers.add(new Measurements.Answer(at, Measurements.NEVER));
        }
        upload(35, 60, 20);

        assertThat(effects(30).getFirst().latencyRecovered()).isEqualTo(5.0);
    }

    private List<FaultEffect> effects(int... seconds) {
        var faults = new ArrayList<FaultRecord>();
        for (int second : seconds) {
            long at = second * SECOND;
            faults.add(new FaultRecord(faults.size() + 1, new Fault.Kill(Part.FEATURE), at, at + SECOND, null, null));
        }
        return FaultEffect.of(faults, new Measurements(answers, backlog), END);
    }

    /** Twenty uploads a second that are answered after so many milliseconds. */
    private void upload(int from, int to, int millis) {
        for (long at = from * SECOND; at < to * SECOND; at += SECOND / 20) {
            answers.add(new Measurements.Answer(at, millis * 1_000_000L));
        }
    }

    private void wait(int from, int to, int uploads) {
        for (long at = from * SECOND; at < to * SECOND; at += SECOND / 2) {
            backlog.add(new Measurements.Backlog(at, uploads));
        }
    }
}
