package dev.millrace.ledger.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.UploadResult.Status;
import dev.millrace.ledger.audit.Anomaly.Kind;
import dev.millrace.ledger.audit.JournalEntry.Fate;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each test spoils a run in which all is well, in one way. */
class AuditorTests extends GoodRun {
    @Test
    void findsNothingWhereAllIsWell() {
        aborted = 3;

        var verdict = audit();

        assertThat(verdict.anomalies()).isEmpty();
        assertThat(verdict.accepted()).isEqualTo(UPLOADS);
        assertThat(verdict.results()).isEqualTo(UPLOADS);
        assertThat(verdict.aborted()).isEqualTo(3);
        assertThat(verdict.orderedPairs()).isEqualTo(2);
        assertThat(verdict.statuses()).containsExactly(Map.entry("SUCCEEDED", UPLOADS));
    }

    @Test
    void findsAnAcceptedUploadWithoutResult() {
        // The last one of its lane, so that no hole tells of it; and collector never wrote it.
        forget(5);
        uploads.remove(5);

        assertThat(kinds()).containsExactly(Kind.LOST);
        assertThat(audit().anomalies().getFirst().upload()).isEqualTo(id(5).toString());
    }

    @Test
    void findsAWrittenUploadWithoutResultThoughItsClientNeverLearnedOfIt() {
        journal.set(5, settled(5, Fate.UNKNOWN));
        forget(5);

        assertThat(kinds()).containsExactly(Kind.LOST);
    }

    @Test
    void findsASecondResultOfAnUpload() {
        publish(6, result(6, 2, Status.SUCCEEDED));

        assertThat(kinds()).contains(Kind.DUPLICATE);
    }

    @Test
    void findsASecondAttemptThatNobodyAskedFor() {
        var first = result(5, 5, Status.SUCCEEDED);
        publish(6, result(6, first.id(), 2, first.traceId(), Status.SUCCEEDED, first.score()));

        assertThat(kinds()).containsExactly(Kind.DUPLICATE);
    }

    @Test
    void findsAResultThatIsGoneWhenItIsReadAgain() {
        var first = committed.getFirst();
        seen.add(new ResultRecord(first.lane(), 99, first.origin(), first.result(), first.digest()));

        assertThat(kinds()).containsExactly(Kind.ABORTED_READ);
    }

    @Test
    void findsAResultThatReadsOtherwiseTheSecondTime() {
        var first = committed.getFirst();
        seen.set(0, new ResultRecord(first.lane(), first.offset(), first.origin(), first.result(), "other"));

        assertThat(kinds()).containsExactly(Kind.ABORTED_READ);
    }

    @Test
    void findsAResultThatTheApiAloneKnows() {
        shown.put(id(3), new ApiView.Shown("of an aborted transaction"));

        assertThat(kinds()).containsExactly(Kind.ABORTED_READ);
    }

    @Test
    void findsResultsOfOneKeyInTheWrongOrder() {
        // On lanes of their own, so that only the key tells.
        committed.clear();
        committed.add(record(1, 0, origin(0), result(0, 2, Status.SUCCEEDED)));
        committed.add(record(2, 0, origin(0), result(0, 0, Status.SUCCEEDED)));
        committed.add(record(3, 0, origin(0), result(0, 4, Status.SUCCEEDED)));
        for (int odd = 1; odd < UPLOADS; odd += 2) {
            committed.add(record(4, odd, origin(odd), result(odd, odd, Status.SUCCEEDED)));
        }
        uploads.clear();
        showWhatIsCommitted();

        var verdict = audit();

        assertThat(verdict.anomalies()).extracting(Anomaly::kind).containsExactly(Kind.REORDERED);
        assertThat(verdict.anomalies().getFirst().detail()).contains("key even: number 0 comes after number 1");
    }

    @Test
    void letsUploadsThatWereUnderWayTogetherComeInEitherOrder() {
        var second = journal.get(2);
        // Sent before the first one of its key was accepted.
        journal.set(2, new JournalEntry(2, second.traceId(), "even", 1, 2, 0, 50, 900, Fate.ACCEPTED, id(2), 202, 1));
        committed.set(0, record(0, 0, origin(0), result(0, 2, Status.SUCCEEDED)));
        committed.set(2, record(0, 2, origin(2), result(2, 0, Status.SUCCEEDED)));
        uploads.set(0, upload(0, 2));
        uploads.set(2, upload(2, 0));
        showWhatIsCommitted();

        assertThat(kinds()).isEmpty();
    }

    @Test
    void findsALaneWhoseResultsDoNotRise() {
        committed.add(2, committed.remove(3));

        assertThat(kinds()).contains(Kind.REORDERED);
    }

    @Test
    void findsAHoleInALane() {
        forget(2);

        assertThat(kinds()).containsExactlyInAnyOrder(Kind.LOST, Kind.TORN_BATCH);
    }

    @Test
    void takesAnUploadThatWasWrittenTwiceForOne() {
        uploads.add(3, new UploadRecord(0, 2_000, id(2), 1, trace(2)));
        committed.set(5, record(0, 5, origin(3_000), result(5, 5, Status.SUCCEEDED)));
        showWhatIsCommitted();
        uploads.set(6, new UploadRecord(0, 3_000, id(5), 1, trace(5)));

        var verdict = audit();

        assertThat(verdict.anomalies()).isEmpty();
        assertThat(verdict.repeatedUploads()).isEqualTo(1);
    }

    @Test
    void findsAResultThatTheApiDoesNotShow() {
        shown.put(id(4), new ApiView.NotShown("404"));
        shown.remove(id(5));

        assertThat(kinds()).containsExactly(Kind.UNSEEN, Kind.UNSEEN);
    }

    @Test
    void findsAResultThatNobodyPosted() {
        publish(6, result(6, 77, Status.SUCCEEDED));

        assertThat(kinds()).containsExactly(Kind.FOREIGN);
    }

    @Test
    void findsAnUploadThatNobodyPosted() {
        uploads.add(upload(6, 77));

        assertThat(kinds()).containsExactlyInAnyOrder(Kind.FOREIGN, Kind.LOST);
    }

    @Test
    void findsUnequalAnswersToEqualTexts() {
        var other = journal.get(1);
        journal.set(1, new JournalEntry(1, other.traceId(), null, 0, 0, 0, 1_000, 1_100, Fate.ACCEPTED, id(1), 202, 1));

        assertThat(kinds()).containsExactly(Kind.MIXED_UP);
    }

    @Test
    void findsAResultUnderAnotherUploadsTrace() {
        var wrong = result(5, id(5), 1, trace(4), Status.SUCCEEDED, 0.5);
        committed.set(5, record(0, 5, origin(5), wrong));
        showWhatIsCommitted();

        assertThat(kinds()).containsExactly(Kind.MIXED_UP);
    }

    @Test
    void findsUploadsThatFailedOrExpired() {
        committed.set(4, record(0, 4, origin(4), result(4, 4, Status.FAILED)));
        committed.set(5, record(0, 5, origin(5), result(5, 5, Status.EXPIRED)));
        showWhatIsCommitted();

        assertThat(kinds()).containsExactly(Kind.FAILED, Kind.EXPIRED);
        assertThat(audit().statuses()).containsEntry("FAILED INTERNAL_ERROR", 1).containsEntry("EXPIRED", 1);
    }

    @Test
    void findsRefusals() {
        journal.add(settled(6, Fate.REFUSED));

        assertThat(kinds()).containsExactly(Kind.REFUSED);
    }

    @Test
    void letsUnknownUploadsHaveOneResultOrNone() {
        journal.set(4, settled(4, Fate.UNKNOWN));
        journal.add(settled(6, Fate.UNKNOWN));

        var verdict = audit();

        assertThat(verdict.anomalies()).isEmpty();
        assertThat(verdict.unknown()).isEqualTo(2);
        assertThat(verdict.unknownAnswered()).isEqualTo(1);
    }

    @Test
    void findsASecondResultOfAnUnknownUpload() {
        journal.set(5, settled(5, Fate.UNKNOWN));
        publish(6, result(6, 5, Status.SUCCEEDED));

        assertThat(kinds()).contains(Kind.DUPLICATE);
    }
}
