package dev.millrace.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WatchedFunctionTests {
    private final CountDownLatch hung = new CountDownLatch(1);
    private final AtomicReference<Thread> found = new AtomicReference<>();

    private WatchedFunction<String, String> watched(StageFunction<String, String> function) {
        return new WatchedFunction<>(function, Duration.ofMillis(50), thread -> {
            found.set(thread);
            hung.countDown();
        });
    }

    @Test
    void givesUpACallThatHangs() {
        var function = watched(batch -> {
            await();
            return TestStage.copy(batch);
        });

        function.apply(List.of());

        assertThat(found).hasValue(Thread.currentThread());
    }

    @Test
    void leavesCallsAloneThatEnd() throws Exception {
        var function = watched(TestStage::copy);
        var failing = watched(batch -> {
            throw new IllegalStateException("at once");
        });

        assertThat(function.apply(List.of())).isEmpty();
        assertThatThrownBy(() -> failing.apply(List.of())).isInstanceOf(IllegalStateException.class);

        assertThat(hung.await(200, TimeUnit.MILLISECONDS)).isFalse();
    }

    private void await() {
        try {
            assertThat(hung.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
