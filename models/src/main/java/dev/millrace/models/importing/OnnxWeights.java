package dev.millrace.models.importing;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The weights in an ONNX file, by the names that they had in PyTorch. Reads just what it needs of
 * <a href="https://github.com/onnx/onnx/blob/v1.19.0/onnx/onnx.proto">onnx.proto</a>: the graph's nodes and its
 * initialisers with raw data. Immutable.
 */
final class OnnxWeights {
    /*
     * The exporter transposes a Linear's matrix and drops its name, but the MatMul node that uses it is named for the
     * module: /encoder/layer.0/attention/self/query/MatMul takes encoder.layer.0.attention.self.query.weight.
     */
    private static final Pattern MATMUL = Pattern.compile("/(.+)/MatMul");

    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int NODE_INPUT = 1;
    private static final int NODE_NAME = 3;
    private static final int NODE_OPERATOR = 4;
    private static final int TENSOR_DIMS = 1;
    private static final int TENSOR_DATA_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW_DATA = 9;
    private static final int FLOAT = 1;

    private final Map<String, Weight> weights = new HashMap<>();
    private final Map<String, String> matrices = new HashMap<>();

    private OnnxWeights() {}

    private record Weight(List<Long> shape, ByteString data) {}

    /**
     * Reads an ONNX file.
     *
     * @throws IOException if it is not one
     */
    static OnnxWeights read(byte[] file) throws IOException {
        var weights = new OnnxWeights();
        var in = CodedInputStream.newInstance(file);
        in.enableAliasing(true);
        weights.readMessage(in, MODEL_GRAPH, graph -> {
            for (int tag = graph.readTag(); tag != 0; tag = graph.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case GRAPH_NODE -> weights.readNode(nested(graph));
                    case GRAPH_INITIALIZER -> weights.readInitializer(nested(graph));
                    default -> graph.skipField(tag);
                }
            }
        });
        return weights;
    }

    /**
     * A weight in PyTorch's layout.
     *
     * @return the elements in row-major order
     * @throws IOException if it is not there or has another shape
     */
    FloatBuffer get(String name, long... shape) throws IOException {
        String matrix = matrices.get(name);
        if (matrix == null) {
            return floats(name, shape);
        }
        int rows = (int) shape[0];
        int columns = (int) shape[1];
        var transposed = floats(matrix, columns, rows);
        var values = new float[rows * columns];
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                values[row * columns + column] = transposed.get(column * rows + row);
            }
        }
        return FloatBuffer.wrap(values);
    }

    private FloatBuffer floats(String name, long... shape) throws IOException {
        var weight = weights.get(name);
        var expected = Arrays.stream(shape).boxed().toList();
        if (weight == null || !weight.shape().equals(expected)) {
            throw new IOException("ONNX file: %s has shape %s (expected: %s)"
                    .formatted(name, weight == null ? "none" : weight.shape(), expected));
        }
        return weight.data()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    private void readNode(CodedInputStream in) throws IOException {
        var inputs = new ArrayList<String>();
        String name = "";
        String operator = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case NODE_INPUT -> inputs.add(in.readString());
                case NODE_NAME -> name = in.readString();
                case NODE_OPERATOR -> operator = in.readString();
                default -> in.skipField(tag);
            }
        }
        var matcher = MATMUL.matcher(name);
        if (operator.equals("MatMul") && matcher.matches() && inputs.size() == 2) {
            matrices.put(matcher.group(1).replace('/', '.') + ".weight", inputs.get(1));
        }
    }

    private void readInitializer(CodedInputStream in) throws IOException {
        var shape = new ArrayList<Long>();
        String name = "";
        int type = 0;
        var data = ByteString.EMPTY;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case TENSOR_DIMS -> {
                    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
                        shape.add(in.readInt64());
                    } else {
                        for (var packed = nested(in); !packed.isAtEnd(); ) {
                            shape.add(packed.readInt64());
                        }
                    }
                }
                case TENSOR_DATA_TYPE -> type = in.readInt32();
                case TENSOR_NAME -> name = in.readString();
                case TENSOR_RAW_DATA -> data = in.readBytes();
                default -> in.skipField(tag);
            }
        }
        if (type == FLOAT) {
            weights.put(name, new Weight(List.copyOf(shape), data));
        }
    }

    private interface Reader {
        void read(CodedInputStream in) throws IOException;
    }

    private void readMessage(CodedInputStream in, int field, Reader reader) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == field) {
                reader.read(nested(in));
            } else {
                in.skipField(tag);
            }
        }
    }

    /** The message at hand, without copying it. */
    private static CodedInputStream nested(CodedInputStream in) throws IOException {
        var nested = in.readBytes().newCodedInput();
        nested.enableAliasing(true);
        return nested;
    }
}
