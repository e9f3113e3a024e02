package dev.millrace.models.torchscript;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes a module whose attributes are tensors as a Python pickle, protocol 2, in the dialect that libtorch reads
 * (<a href="https://github.com/pytorch/pytorch/blob/v2.7.1/torch/csrc/jit/serialization/unpickler.cpp">unpickler.cpp</a>).
 */
final class PickleWriter {
    private static final int PROTOCOL = 0x80;
    private static final int NEW_OBJECT = 0x81;
    private static final int FALSE = 0x89;
    private static final int LONG1 = 0x8a;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** The empty tuple: what an archive without constants has as its constants. */
    static byte[] emptyTuple() {
        return new PickleWriter().op(PROTOCOL).op(2).op(')').op('.').out.toByteArray();
    }

    /** A module of class {@code __torch__.<className>}; tensor number i is in the record {@code data/i}. */
    static byte[] module(String className, Map<String, Tensor> tensors) {
        var pickle = new PickleWriter();
        pickle.op(PROTOCOL).op(2).global("__torch__", className).op(')').op(NEW_OBJECT);
        pickle.op('}').op('(').string("training").op(FALSE);
        int record = 0;
        for (var tensor : tensors.entrySet()) {
            pickle.string(tensor.getKey()).tensor(tensor.getValue(), record++);
        }
        return pickle.op('u').op('b').op('.').out.toByteArray();
    }

    private void tensor(Tensor tensor, int record) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        // The storage, as a persistent id.
        op('(').string("storage").global("torch", tensor.type().storage()).string(Integer.toString(record));
        string("cpu").number(tensor.elements()).op('t').op('Q');
        number(0).tuple(tensor.shape()).tuple(strides(tensor.shape())).op(FALSE);
        // No backward hooks.
        global("collections", "OrderedDict").op(')').op('R');
        op('t').op('R');
    }

    private static List<Long> strides(List<Long> shape) {
        var strides = new Long[shape.size()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.get(i);
        }
        return List.of(strides);
    }

    private PickleWriter tuple(List<Long> numbers) {
        op('(');
        numbers.forEach(this::number);
        return op('t');
    }

    private PickleWriter number(long value) {
        return op(LONG1)
                .op(Long.BYTES)
                .bytes(ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(value)
                        .array());
    }

    private PickleWriter string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').bytes(ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(utf8.length)
                        .array())
                .bytes(utf8);
    }

    private PickleWriter global(String module, String name) {
        return op('c').bytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private PickleWriter bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    private PickleWriter op(int code) {
        out.write(code);
        return this;
    }
}
