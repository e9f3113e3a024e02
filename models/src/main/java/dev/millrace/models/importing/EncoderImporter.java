package dev.millrace.models.importing;

import dev.millrace.models.torchscript.Tensor;
import dev.millrace.models.torchscript.TorchScriptArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes TorchScript of all-MiniLM-L6-v2 from the weights in its ONNX file. */
final class EncoderImporter {
    static final int WIDTH = 384;
    static final int MAX_TOKENS = 512;
    private static final int LAYERS = 6;
    private static final int INNER_WIDTH = 1536;
    private static final int VOCABULARY = 30_522;

    private final OnnxWeights weights;

    EncoderImporter(OnnxWeights weights) {
        this.weights = weights;
    }

    TorchScriptArchive fp32(String code) {
        return new TorchScriptArchive("Encoder", code, tensors());
    }

    TorchScriptArchive bf16(String code) {
        var tensors = tensors();
        tensors.replaceAll((name, tensor) -> tensor.toBfloat16());
        return new TorchScriptArchive("Encoder", code, tensors);
    }

    private SortedMap<String, Tensor> tensors() {
        var tensors = new TreeMap<String, Tensor>();
        tensors.put("positions", Tensor.range(MAX_TOKENS));
        tensors.put("word_embeddings", tensor("embeddings.word_embeddings.weight", VOCABULARY, WIDTH));
        tensors.put("position_embeddings", tensor("embeddings.position_embeddings.weight", MAX_TOKENS, WIDTH));
        // A single text is all of type 0.
        tensors.put(
                "token_type_embedding",
                Tensor.float32(
                        () -> get("embeddings.token_type_embeddings.weight", 2, WIDTH)
                                .slice(0, WIDTH),
                        WIDTH));
        tensors.put("embeddings_norm_weight", tensor("embeddings.LayerNorm.weight", WIDTH));
        tensors.put("embeddings_norm_bias", tensor("embeddings.LayerNorm.bias", WIDTH));
        var projections = List.of("attention.self.query", "attention.self.key", "attention.self.value");
        linear(tensors, "qkv", projections, WIDTH, WIDTH);
        linear(tensors, "attention", List.of("attention.output.dense"), WIDTH, WIDTH);
        norm(tensors, "attention_norm", "attention.output.LayerNorm");
        linear(tensors, "intermediate", List.of("intermediate.dense"), INNER_WIDTH, WIDTH);
        linear(tensors, "output", List.of("output.dense"), WIDTH, INNER_WIDTH);
        norm(tensors, "output_norm", "output.LayerNorm");
        return tensors;
    }

    private void linear(SortedMap<String, Tensor> tensors, String name, List<String> modules, int rows, int columns) {
        tensors.put(name + "_weight", layers(modules, ".weight", modules.size() * rows, rows, columns));
        tensors.put(name + "_bias", layers(modules, ".bias", modules.size() * rows, rows));
    }

    private void norm(SortedMap<String, Tensor> tensors, String name, String module) {
        tensors.put(name + "_weight", layers(List.of(module), ".weight", WIDTH, WIDTH));
        tensors.put(name + "_bias", layers(List.of(module), ".bias", WIDTH, WIDTH));
    }

    /** The modules' tensors below each other, all layers of them: (layers, rows, columns) or (layers, rows). */
    private Tensor layers(List<String> modules, String parameter, int rows, long... shape) {
        long[] stacked = new long[shape.length + 1];
        System.arraycopy(shape, 0, stacked, 1, shape.length);
        stacked[0] = LAYERS;
        stacked[1] = rows;
        int elements = (int) Arrays.stream(stacked).reduce(1, Math::multiplyExact);
        return Tensor.float32(
                () -> {
                    var values = FloatBuffer.allocate(elements);
                    for (int layer = 0; layer < LAYERS; layer++) {
                        for (String module : modules) {
                            values.put(get("encoder.layer." + layer + "." + module + parameter, shape));
                        }
                    }
                    return values.flip();
                },
                stacked);
    }

    private Tensor tensor(String name, long... shape) {
        return Tensor.float32(() -> get(name, shape), shape);
    }

    private FloatBuffer get(String name, long... shape) {
        try {
            return weights.get(name, shape);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
