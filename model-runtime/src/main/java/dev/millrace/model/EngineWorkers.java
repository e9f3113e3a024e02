package dev.millrace.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import dev.millrace.stage.TransientFailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One loaded TorchScript model and a fixed number of threads that run it, each with a {@link Predictor} of its own.
 * Thread-safe.
 *
 * @param <I> one batch
 * @param <O> what the model makes of it
 */
final class EngineWorkers<I, O> implements AutoCloseable {
    /*
     * The threads are platform threads and never change: libtorch keeps memory for each thread that ever ran it, and
     * each computes with one thread of libtorch's own. k workers of one thread are faster than one of k on a machine
     * that does anything else, and keep oneDNN's primitive cache out of harm's way.
     */
    static {
        EngineSettings.apply();
    }

    private final String name;
    private final int workers;
    private final Model model;
    private final Translator<I, O> translator;
    private final ExecutorService executor;

    private EngineWorkers(String name, int workers, Model model, Translator<I, O> translator) {
        this.name = name;
        this.workers = workers;
        this.model = model;
        this.translator = translator;
        var count = new AtomicInteger();
        this.executor = Executors.newFixedThreadPool(workers, task -> {
            var worker = new Worker(task);
            worker.setName("model-" + name + "-" + count.incrementAndGet());
            worker.setDaemon(true);
            return worker;
        });
    }

    /**
     * Loads a TorchScript file.
     *
     * @param workers threads, 1 to 256
     * @throws ModelRepositoryException if libtorch is not at hand or does not take the file
     */
    static <I, O> EngineWorkers<I, O> load(String name, Path file, int workers, Translator<I, O> translator) {
        if (workers < 1 || workers > 256) {
            throw new IllegalArgumentException("workers: %d (expected: 1 to 256)".formatted(workers));
        }
        Model model = null;
        try {
            model = Model.newInstance(name, Device.cpu(), "PyTorch");
            model.load(file.toAbsolutePath().getParent(), String.valueOf(file.getFileName()));
            return new EngineWorkers<>(name, workers, model, translator);
        } catch (IOException | MalformedModelException | RuntimeException | UnsatisfiedLinkError e) {
            if (model != null) {
                model.close();
            }
            throw new ModelRepositoryException("%s: cannot be loaded (%s)".formatted(file, e), e);
        }
    }

    /**
     * Runs batches side by side and waits for all of them.
     *
     * @return one output for each batch, in order
     * @throws ModelExecutionException if the model failed on one of them
     * @throws TransientFailureException if this was closed or the caller was interrupted: no batch is to blame
     */
    List<O> run(List<I> batches) {
        var tasks = new ArrayList<Callable<O>>(batches.size());
        for (I batch : batches) {
            tasks.add(() -> predict(batch));
        }
        return await(tasks);
    }

    /** Runs the batches on every worker. */
    void runOnEach(List<I> batches) {
        // Nobody goes on before all have begun, so no worker takes two of the tasks.
        var barrier = new CyclicBarrier(workers);
        var tasks = new ArrayList<Callable<Boolean>>(workers);
        for (int i = 0; i < workers; i++) {
            tasks.add(() -> {
                barrier.await(1, TimeUnit.MINUTES);
                for (I batch : batches) {
                    predict(batch);
                }
                return true;
            });
        }
        await(tasks);
    }

    /** Threads that run the model; each task may call {@link #predict}. Refuses tasks once this is closed. */
    Executor executor() {
        return executor;
    }

    /** Runs one batch, on a thread of {@link #executor}. */
    O predict(I batch) throws TranslateException {
        @SuppressWarnings("unchecked") // all threads of the executor are of this class
        var worker = (Worker) Thread.currentThread();
        return worker.predictor.predict(batch);
    }

    private <T> List<T> await(List<Callable<T>> tasks) {
        try {
            var results = new ArrayList<T>(tasks.size());
            for (Future<T> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailureException("model %s: interrupted".formatted(name), e);
        } catch (RejectedExecutionException e) {
            throw new TransientFailureException("model %s: closed".formatted(name), e);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new ModelExecutionException("model %s: %s".formatted(name, cause.getMessage()), cause);
        }
    }

    /** Lets running batches end, at most ten seconds. */
    @Override
    public void close() {
        executor.shutdown();
        boolean ended = false;
        try {
            ended = executor.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            // Freeing weights under a running batch would take the process down.
            model.close();
        }
    }

    private final class Worker extends Thread {
        private final Predictor<I, O> predictor = model.newPredictor(translator);

        Worker(Runnable task) {
            super(task);
        }

        @Override
        public void run() {
            try (predictor) {
                super.run();
            }
        }
    }
}
