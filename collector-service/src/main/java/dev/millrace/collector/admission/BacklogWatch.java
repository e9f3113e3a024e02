package dev.millrace.collector.admission;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the backlog twice a second. While the broker does not answer, the last look counts. */
final class BacklogWatch implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(BacklogWatch.class);
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final Pipeline pipeline;
    private final Admission admission;
    private final InstantSource clock;
    private final BacklogEstimator estimator = new BacklogEstimator();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("backlog-watch").daemon().factory());

    BacklogWatch(Pipeline pipeline, Admission admission, InstantSource clock) {
        this.pipeline = pipeline;
        this.admission = admission;
        this.clock = clock;
    }

    void start() {
        var _ = timer.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            var progress = pipeline.ask();
            admission.update(estimator.take(clock.instant(), progress.waiting(), progress.done()));
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOGGER.debug("the broker does not say how far the pipeline is behind", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        pipeline.close();
    }
}
