package dev.millrace.model;

import static java.util.Objects.requireNonNull;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.stage.TransientFailureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns texts into embeddings. Its TorchScript takes token ids of shape (B, L) and lengths of shape (B), both int64, and
 * answers with embeddings of shape (B, E) in fp32; B = batch, L = padded length, E = embedding size. Thread-safe.
 */
public final class TextEncoder implements AutoCloseable {
    /*
     * A text is padded to its own bucket's length, a function of its length alone, and only texts of one bucket share a
     * batch. Padded to its neighbours' length instead, a text's bf16 embedding differs by up to 2e-3 from what it is
     * alone, and could not be cached. Exact to 64 tokens, since there short texts are many and padding would weigh most.
     * At least 8, since a matrix product of 1 to 3 rows has a kernel of its own in fp32: a text of 2 or 3 tokens had
     * other last bits alone than in a batch.
     */
    private static final int LEAST_LENGTH = 8;
    private static final int EXACT_LENGTH = 64;
    private static final int BUCKET_STEP = 4;

    /** Padded tokens and texts of one batch. Larger ones are no faster on a processor, and spread worse over workers. */
    private static final int MAX_BATCH_TOKENS = 1024;

    private static final int MAX_BATCH_TEXTS = 32;

    private final StoredModel model;
    private final Precision precision;
    private final int maxTokens;
    private final long paddingTokenId;
    private final Tokenizer tokenizer;
    private final EngineWorkers<Batch, float[][]> workers;

    private TextEncoder(
            StoredModel model,
            ModelDescriptor.Encoder descriptor,
            Precision precision,
            int maxTokens,
            Tokenizer tokenizer,
            EngineWorkers<Batch, float[][]> workers) {
        this.model = model;
        this.precision = precision;
        this.maxTokens = maxTokens;
        this.paddingTokenId = descriptor.paddingTokenId();
        this.tokenizer = tokenizer;
        this.workers = workers;
    }

    /**
     * Loads an encoder and its tokenizer.
     *
     * @param maxTokens tokens to which texts are cut, the special ones included, 3 to what the model takes
     * @param workers threads that run it, 1 to 256
     * @throws ModelRepositoryException if it is not an encoder, has no such weights, or cannot be loaded
     */
    public static TextEncoder load(StoredModel model, Precision precision, int maxTokens, int workers) {
        var descriptor = model.descriptor().encoder();
        if (descriptor == null) {
            throw new ModelRepositoryException("model %s: a classifier (expected: an encoder)".formatted(model));
        }
        if (maxTokens < 3 || maxTokens > descriptor.maxTokens()) {
            throw new IllegalArgumentException(
                    "max-tokens: %d (expected: 3 to %d)".formatted(maxTokens, descriptor.maxTokens()));
        }
        var file = model.file(model.weights(precision));
        EngineWorkers<Batch, float[][]> workersOfModel = EngineWorkers.load(
                model + "-" + precision.text(), file, workers, new BatchTranslator(descriptor.embeddingSize()));
        try {
            var tokenizer = Tokenizer.load(model.file(descriptor.tokenizer()), maxTokens, descriptor.unknownTokenId());
            return new TextEncoder(model, descriptor, precision, maxTokens, tokenizer, workersOfModel);
        } catch (ModelRepositoryException e) {
            workersOfModel.close();
            throw e;
        }
    }

    /**
     * Splits a text into tokens and cuts it to the longest that this encoder takes. Any text will do: it may be empty
     * and may hold NULs and halves of surrogate pairs; only its first 65,536 UTF-16 units are read.
     *
     * @throws TransientFailureException if this was closed
     */
    public TokenizedText tokenize(String text) {
        return tokenizer.tokenize(text);
    }

    /**
     * Embeds texts. A text's embedding is the same to the bit whatever shares its batch.
     *
     * @param texts B texts of this encoder's {@link #tokenize}
     * @return embeddings of shape (B, E), in order, each of length 1; whatever the model said, so a NaN is for the
     *     caller to judge
     * @throws IllegalArgumentException if a text is longer than the encoder takes
     * @throws ModelExecutionException if the model fails on any of them
     * @throws TransientFailureException if this was closed or the caller was interrupted
     */
    public float[][] encode(List<TokenizedText> texts) {
        var batches = batches(texts);
        var outputs = workers.run(batches);
        var embeddings = new float[texts.size()][];
        for (int i = 0; i < batches.size(); i++) {
            var batch = batches.get(i);
            var rows = outputs.get(i);
            for (int row = 0; row < rows.length; row++) {
                embeddings[batch.positions[row]] = rows[row];
            }
        }
        return embeddings;
    }

    /** Runs lengths from the shortest to the longest on every worker, so that the first text does not pay for it. */
    public void warmUp() {
        var ids = new long[maxTokens];
        Arrays.fill(ids, paddingTokenId);
        var batches = new ArrayList<Batch>();
        for (int length = LEAST_LENGTH; length < maxTokens; length *= 2) {
            batches.addAll(batches(List.of(new TokenizedText(Arrays.copyOf(ids, length), length, 0))));
        }
        batches.addAll(batches(List.of(new TokenizedText(ids, maxTokens, 0))));
        workers.runOnEach(batches);
    }

    public ModelReference modelReference() {
        return model.reference(precision);
    }

    /** What runs it, with its version, as in {@code PyTorch 2.7.1}: another one may round otherwise. */
    public String engine() {
        var engine = Engine.getEngine("PyTorch");
        return engine.getEngineName() + " " + engine.getVersion();
    }

    /** E, elements of an embedding. */
    public int embeddingSize() {
        return requireNonNull(model.descriptor().encoder()).embeddingSize();
    }

    @Override
    public void close() {
        workers.close();
        tokenizer.close();
    }

    /** The length that a text of {@code length} tokens is padded to. */
    static int bucket(int length, int maxTokens) {
        if (length <= EXACT_LENGTH) {
            return Math.clamp(length, Math.min(LEAST_LENGTH, maxTokens), maxTokens);
        }
        return Math.min((length + BUCKET_STEP - 1) / BUCKET_STEP * BUCKET_STEP, maxTokens);
    }

    private List<Batch> batches(List<TokenizedText> texts) {
        // Longest first, so that the workers end at about the same time.
        var positionsByBucket = new TreeMap<Integer, List<Integer>>(Comparator.reverseOrder());
        for (int i = 0; i < texts.size(); i++) {
            int length = texts.get(i).length();
            if (length > maxTokens) {
                throw new IllegalArgumentException("tokens: %d (expected: 1 to %d)".formatted(length, maxTokens));
            }
            positionsByBucket
                    .computeIfAbsent(bucket(length, maxTokens), bucket -> new ArrayList<>())
                    .add(i);
        }
        var batches = new ArrayList<Batch>();
        positionsByBucket.forEach((bucket, positions) -> {
            int size = Math.clamp(MAX_BATCH_TOKENS / bucket, 1, MAX_BATCH_TEXTS);
            for (int i = 0; i < positions.size(); i += size) {
                batches.add(Batch.of(
                        bucket, positions.subList(i, Math.min(i + size, positions.size())), texts, paddingTokenId));
            }
        });
        return batches;
    }

    /** Texts of one bucket: ids of shape (B, L) flattened, lengths of shape (B), and where each is in the input. */
    private static final class Batch {
        private final int bucket;
        private final long[] ids;
        private final long[] lengths;
        private final int[] positions;

        private Batch(int bucket, long[] ids, long[] lengths, int[] positions) {
            this.bucket = bucket;
            this.ids = ids;
            this.lengths = lengths;
            this.positions = positions;
        }

        static Batch of(int bucket, List<Integer> positions, List<TokenizedText> texts, long paddingTokenId) {
            var ids = new long[positions.size() * bucket];
            Arrays.fill(ids, paddingTokenId);
            var lengths = new long[positions.size()];
            for (int row = 0; row < lengths.length; row++) {
                var text = texts.get(positions.get(row));
                text.copyInto(ids, row * bucket);
                lengths[row] = text.length();
            }
            return new Batch(
                    bucket,
                    ids,
                    lengths,
                    positions.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    private record BatchTranslator(int embeddingSize) implements NoBatchifyTranslator<Batch, float[][]> {
        @Override
        public NDList processInput(TranslatorContext context, Batch batch) {
            var manager = context.getNDManager();
            context.setAttachment("rows", batch.lengths.length);
            return new NDList(
                    manager.create(batch.ids, new Shape(batch.lengths.length, batch.bucket)),
                    manager.create(batch.lengths));
        }

        @Override
        public float[][] processOutput(TranslatorContext context, NDList output) {
            var tensor = output.singletonOrThrow();
            int rows = (int) context.getAttachment("rows");
            if (!tensor.getShape().equals(new Shape(rows, embeddingSize))) {
                throw new IllegalStateException(
                        "output: shape %s (expected: (%d, %d))".formatted(tensor.getShape(), rows, embeddingSize));
            }
            float[] values = tensor.toFloatArray();
            return IntStream.range(0, rows)
                    .mapToObj(row -> Arrays.copyOfRange(values, row * embeddingSize, (row + 1) * embeddingSize))
                    .toArray(float[][]::new);
        }
    }
}
