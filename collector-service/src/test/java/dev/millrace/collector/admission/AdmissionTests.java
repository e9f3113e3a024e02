package dev.millrace.collector.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdmissionTests {
    private final Admission admission = new Admission(Duration.ofSeconds(30), new Random(1));

    private static RequestProblem refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        var problem = catchThrowableOfType(RequestProblem.class, call);
        assertThat(problem).isNotNull();
        return problem;
    }

    @Test
    void letsUploadsInWhileThePipelineKeepsUp() {
        admission.update(new Backlog(1_400, 50, Duration.ZERO));

        assertThatCode(admission::requireRoom).doesNotThrowAnyException();
    }

    @Test
    void turnsUploadsAwayWithTheTimeUntilThereIsRoom() {
        admission.update(new Backlog(2_500, 50, Duration.ZERO));

        var problem = refusal(admission::requireRoom);

        assertThat(problem.code()).isEqualTo(ErrorCode.PIPELINE_BEHIND);
        assertThat(problem.getMessage()).contains("2,500 uploads wait", "about 50 s (expected: at most 30 s)");
        assertThat(problem.retryAfter()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
    }

    @Test
    void neverAsksForMoreThanOneAndAHalfMinutes() {
        admission.update(new Backlog(1, 0, Duration.ofHours(5)));

        assertThat(refusal(admission::requireRoom).retryAfter())
                .isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
    }

    @Test
    void turnsAnUploadAwayWhoseDeadlineWouldPassUnworked() {
        admission.update(new Backlog(1_000, 50, Duration.ZERO));

        assertThatCode(() -> admission.requireTime(Duration.ofSeconds(21))).doesNotThrowAnyException();
        assertThat(refusal(() -> admission.requireTime(Duration.ofSeconds(5))).code())
                .isEqualTo(ErrorCode.PIPELINE_BEHIND);
    }

    @Test
    void boundsWhatIsAcceptedAtOneTime() throws Exception {
        var release = new CountDownLatch(1);
        int limit = admission.concurrencyLimit();
        var started = new CountDownLatch(limit);
        var accepted = new ArrayList<Future<String>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < limit; i++) {
                accepted.add(threads.submit(() -> admission.limited(() -> {
                    started.countDown();
                    await(release);
                    return "accepted";
                })));
            }
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

            var problem = refusal(() -> admission.limited(() -> "one too many"));

            assertThat(problem.code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(problem.retryAfter()).isPositive();
            release.countDown();
            for (var each : accepted) {
                assertThat(each.get()).isEqualTo("accepted");
            }
        }
        assertThat(admission.<String>limited(() -> "room again")).isEqualTo("room again");
    }

    @Test
    void freesItsPlaceWhenAcceptanceFails() {
        for (int i = 0; i < 2_000; i++) {
            assertThatThrownBy(() -> admission.limited(() -> {
                        throw new IllegalStateException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
