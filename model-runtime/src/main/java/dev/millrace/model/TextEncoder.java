package dev.millrace.model;

import static java.util.Objects.requireNonNull;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.stage.TransientFailureException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
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
     * other last bits alone than in a batch. That this is enough depends on the processor, so it is looked at when the
     * encoder is loaded: a processor of 2026 with AMX took other kernels from 200 rows on, in bf16, and one below 16, in
     * fp32. Where batches change bits, texts run alone.
     */
    private static final int LEAST_LENGTH = 8;
    private static final int EXACT_LENGTH = 64;
    private static final int BUCKET_STEP = 4;

    /** Of texts by which it is told whether batches keep bits: each fills a batch. */
    private static final int[] TRIED_LENGTHS = {LEAST_LENGTH, 20, EXACT_LENGTH, 128};

    /** A deadline further away than this is none. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final StoredModel model;
    private final Precision precision;
    private final int maxTokens;
    private final long paddingTokenId;
    private final Tokenizer tokenizer;
    private final EngineWorkers<Batch, float[][]> workers;
    private final boolean batches;
    private final Batcher batcher;

    /**
     * A text to be embedded.
     *
     * @param deadline when its embedding is of no more use; a later one is made all the same
     */
    public record Request(TokenizedText text, Priority priority, Instant deadline) {}

    private TextEncoder(
            StoredModel model,
            ModelDescriptor.Encoder descriptor,
            Precision precision,
            int maxTokens,
            Tokenizer tokenizer,
            int threads,
            EngineWorkers<Batch, float[][]> workers) {
        this.batches = keepsBits(tokenizer, workers, maxTokens, descriptor.paddingTokenId());
        this.model = model;
        this.precision = precision;
        this.maxTokens = maxTokens;
        this.paddingTokenId = descriptor.paddingTokenId();
        this.tokenizer = tokenizer;
        this.workers = workers;
        this.batcher = new Batcher(
                model + "-" + precision.text(),
                threads,
                batches ? BatchQueue.MAX_BATCH_ITEMS : 1,
                workers.executor(),
                this::predict,
                System::nanoTime);
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
        Tokenizer tokenizer = null;
        try {
            tokenizer = Tokenizer.load(model.file(descriptor.tokenizer()), maxTokens, descriptor.unknownTokenId());
            return new TextEncoder(model, descriptor, precision, maxTokens, tokenizer, workers, workersOfModel);
        } catch (RuntimeException | Error e) {
            workersOfModel.close();
            if (tokenizer != null) {
                tokenizer.close();
            }
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

    /** Embeds texts that somebody waits for and that have no deadline, as {@link #encode(List, Instant)} does. */
    public float[][] encode(List<TokenizedText> texts) {
        return batcher.run(texts.stream()
                .map(text -> request(text, Priority.INTERACTIVE, LONGEST_WAIT))
                .toList());
    }

    /**
     * Embeds texts, together with those of other callers. A text's embedding is the same to the bit whatever shares its
     * batch, as far as {@link #batches} was tried.
     *
     * @param requests B texts of this encoder's {@link #tokenize}
     * @param now on the clock of their deadlines
     * @return embeddings of shape (B, E), in order, each of length 1; whatever the model said, so a NaN is for the
     *     caller to judge
     * @throws IllegalArgumentException if a text is longer than the encoder takes
     * @throws ModelExecutionException if the model fails on any of them
     * @throws TransientFailureException if this was closed or the caller was interrupted
     */
    public float[][] encode(List<Request> requests, Instant now) {
        return batcher.run(requests.stream()
                .map(request -> request(request.text(), request.priority(), Duration.between(now, request.deadline())))
                .toList());
    }

    private Batcher.Request request(TokenizedText text, Priority priority, Duration left) {
        if (text.length() > maxTokens) {
            throw new IllegalArgumentException("tokens: %d (expected: 1 to %d)".formatted(text.length(), maxTokens));
        }
        var bounded = left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left;
        return new Batcher.Request(text, bucket(text.length(), maxTokens), priority, Math.max(0, bounded.toNanos()));
    }

    private float[][] predict(int length, List<TokenizedText> texts) throws TranslateException {
        return workers.predict(Batch.of(length, texts, paddingTokenId));
    }

    /** Runs lengths from the shortest to the longest on every worker, so that the first text does not pay for it. */
    public void warmUp() {
        var ids = new long[maxTokens];
        Arrays.fill(ids, paddingTokenId);
        var batches = new ArrayList<Batch>();
        for (int length = LEAST_LENGTH; length < maxTokens; length *= 2) {
            var text = new TokenizedText(Arrays.copyOf(ids, length), length, 0);
            batches.add(Batch.of(length, List.of(text), paddingTokenId));
        }
        batches.add(Batch.of(maxTokens, List.of(new TokenizedText(ids, maxTokens, 0)), paddingTokenId));
        workers.runOnEach(batches);
    }

    /** Whether texts share batches; else this processor's kernels would make other bits of them than alone. */
    public boolean batches() {
        return batches;
    }

    private static boolean keepsBits(
            Tokenizer tokenizer, EngineWorkers<Batch, float[][]> workers, int maxTokens, long paddingTokenId) {
        var lengths = IntStream.of(TRIED_LENGTHS)
                .map(length -> bucket(Math.min(length, maxTokens), maxTokens))
                .distinct()
                .toArray();
        var random = new Random(1);
        return BatchTrial.keepsBits(
                lengths,
                length -> letters(random, tokenizer, length),
                (length, batches) -> workers.run(batches.stream()
                        .map(texts -> Batch.of(length, texts, paddingTokenId))
                        .toList()));
    }

    /** A text of at most {@code length} tokens. */
    private static TokenizedText letters(Random random, Tokenizer tokenizer, int length) {
        var text = tokenizer.tokenize(
                random.ints(length, 'a', 'z' + 1).mapToObj(Character::toString).collect(Collectors.joining(" ")));
        return text.length() <= length ? text : new TokenizedText(Arrays.copyOf(text.ids(), length), length, 0);
    }

    public ModelReference modelReference() {
        return model.reference(precision);
    }

    /** Tokens that are computed for a text, whatever shares its batch. */
    public int paddedLength(TokenizedText text) {
        return bucket(text.length(), maxTokens);
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

    /** Texts of one length: ids of shape (B, L) flattened, lengths of shape (B). */
    private static final class Batch {
        private final int bucket;
        private final long[] ids;
        private final long[] lengths;

        private Batch(int bucket, long[] ids, long[] lengths) {
            this.bucket = bucket;
            this.ids = ids;
            this.lengths = lengths;
        }

        static Batch of(int bucket, List<TokenizedText> texts, long paddingTokenId) {
            var ids = new long[texts.size() * bucket];
            Arrays.fill(ids, paddingTokenId);
            var lengths = new long[texts.size()];
            for (int row = 0; row < lengths.length; row++) {
                texts.get(row).copyInto(ids, row * bucket);
                lengths[row] = texts.get(row).length();
            }
            return new Batch(bucket, ids, lengths);
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
