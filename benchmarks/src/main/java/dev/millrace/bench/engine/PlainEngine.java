package dev.millrace.bench.engine;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import dev.millrace.model.EngineSettings;
import dev.millrace.model.Precision;
import dev.millrace.model.StoredModel;
import dev.millrace.model.TokenizedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The same weights without what is ours: batches in order of arrival, and the bare forward call. */
final class PlainEngine implements AutoCloseable {
    static {
        EngineSettings.apply();
    }

    private final Model model;
    private final ExecutorService threads;
    private final int workers;

    PlainEngine(StoredModel stored, Precision precision, int workers) throws Exception {
        String weights = Objects.requireNonNull(stored.descriptor().weights().get(precision));
        var file = stored.file(weights).toAbsolutePath();
        this.model = Model.newInstance("plain", Device.cpu(), "PyTorch");
        this.model.load(file.getParent(), weights);
        this.workers = workers;
        this.threads = Executors.newFixedThreadPool(workers);
    }

    /**
     * Runs texts in the order in which they come, up to so many a batch, each batch padded to its longest. There is
     * always a batch full, so it never waits for one.
     *
     * @param busy threads that take batches
     * @return padded tokens that were computed
     */
    long inArrivalOrder(List<TokenizedText> texts, int size, int busy) throws Exception {
        var queue = new ConcurrentLinkedQueue<List<TokenizedText>>();
        long computed = 0;
        for (int i = 0; i < texts.size(); i += size) {
            var batch = texts.subList(i, Math.min(texts.size(), i + size));
            queue.add(batch);
            computed += (long) longest(batch) * batch.size();
        }
        onThreads(busy, () -> {
            try (var predictor = model.newPredictor(new Padding())) {
                for (var batch = queue.poll(); batch != null; batch = queue.poll()) {
                    predictor.predict(batch);
                }
            }
            return null;
        });
        return computed;
    }

    /** Tensors that lie ready. */
    final class Prepared implements AutoCloseable {
        private final NDManager manager = model.getNDManager().newSubManager();
        private final List<NDList> batches = new ArrayList<>();

        /** @param groups texts of about one length each, cut into batches of so many tokens */
        Prepared(List<List<TokenizedText>> groups, int tokens, int most) {
            for (var group : groups) {
                int size = Math.clamp(tokens / longest(group), 1, most);
                for (int i = 0; i < group.size(); i += size) {
                    batches.add(tensors(manager, group.subList(i, Math.min(group.size(), i + size))));
                }
            }
        }

        /** Nothing but the forward call, on every thread. */
        void forward() throws Exception {
            var next = new AtomicInteger();
            Block block = model.getBlock();
            onThreads(workers, () -> {
                var parameters = new ParameterStore(manager, false);
                for (int i = next.getAndIncrement(); i < batches.size(); i = next.getAndIncrement()) {
                    block.forward(parameters, batches.get(i), false).close();
                }
                return null;
            });
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    private void onThreads(int count, Callable<Void> work) throws Exception {
        var all = new ArrayList<Callable<Void>>();
        for (int i = 0; i < count; i++) {
            all.add(work);
        }
        for (var one : threads.invokeAll(all)) {
            one.get();
        }
    }

    private static int longest(List<TokenizedText> texts) {
        return texts.stream().mapToInt(TokenizedText::length).max().orElse(1);
    }

    private static NDList tensors(NDManager manager, List<TokenizedText> texts) {
        int length = longest(texts);
        var ids = new long[texts.size() * length];
        var lengths = new long[texts.size()];
        for (int row = 0; row < lengths.length; row++) {
            long[] own = texts.get(row).ids();
            System.arraycopy(own, 0, ids, row * length, own.length);
            lengths[row] = own.length;
        }
        return new NDList(manager.create(ids, new Shape(lengths.length, length)), manager.create(lengths));
    }

    @Override
    public void close() {
        threads.shutdown();
        model.close();
    }

    /** The padding token of the model's vocabulary is 0, as new arrays are. */
    private static final class Padding implements NoBatchifyTranslator<List<TokenizedText>, float[]> {
        @Override
        public NDList processInput(TranslatorContext context, List<TokenizedText> texts) {
            return tensors(context.getNDManager(), texts);
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList output) {
            return output.singletonOrThrow().toFloatArray();
        }
    }
}
