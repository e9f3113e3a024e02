package dev.millrace.models.torchscript;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive: a module with one method and tensors, in the file form that {@code torch::jit::load} reads. It
 * is a zip of code text, one record for each tensor, and a pickle that says which is which.
 *
 * <p>Both text and pickle are made for the tensors at hand rather than kept as skeletons: the pickle of a flat module is
 * a hundred lines of Java, any shape fits, and no binary that only Python can make lies in the source tree. The same
 * module always gives the same bytes. Immutable.
 */
public final class TorchScriptArchive {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String ROOT = "model/";
    /** The newest file format that libtorch 2 knows; an older one would have it replace operators by their old forms. */
    private static final String FORMAT = "10\n";

    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final String className;
    private final String methods;
    private final SortedMap<String, Tensor> tensors;

    /**
     * @param className a Python identifier, such as {@code Encoder}
     * @param methods TorchScript's text of {@code forward}, not indented; it reads tensors as {@code self.<name>}
     * @param tensors by attribute name, which must be a Python identifier
     */
    public TorchScriptArchive(String className, String methods, SortedMap<String, Tensor> tensors) {
        this.className = requireName("className", className);
        this.methods = methods;
        this.tensors = new TreeMap<>(tensors);
        this.tensors.keySet().forEach(name -> requireName("tensors", name));
    }

    /**
     * Writes the archive; a file that is there is replaced.
     *
     * @throws IOException if it cannot be written
     */
    public void writeTo(Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                var zip = new ZipOutputStream(new BufferedOutputStream(out, 1 << 16))) {
            store(zip, "data.pkl", ByteBuffer.wrap(PickleWriter.module(className, tensors)));
            store(zip, "byteorder", UTF_8.encode("little"));
            store(zip, "code/__torch__.py", UTF_8.encode(code()));
            store(zip, "constants.pkl", ByteBuffer.wrap(PickleWriter.emptyTuple()));
            int record = 0;
            for (Tensor tensor : tensors.values()) {
                store(zip, "data/" + record++, tensor.bytes());
            }
            store(zip, "version", UTF_8.encode(FORMAT));
        }
    }

    /** The text of the module's class. */
    String code() {
        var text =
                new StringBuilder("class %s(Module):\n  __parameters__ = []\n  __buffers__ = [".formatted(className));
        tensors.keySet().forEach(name -> text.append('"').append(name).append("\", "));
        text.append("]\n  training : bool\n");
        tensors.keySet().forEach(name -> text.append("  ").append(name).append(" : Tensor\n"));
        methods.lines().map(line -> line.isEmpty() ? "\n" : "  " + line + "\n").forEach(text::append);
        return text.toString();
    }

    private static void store(ZipOutputStream zip, String name, ByteBuffer content) throws IOException {
        var crc = new CRC32();
        crc.update(content.duplicate());
        var entry = new ZipEntry(ROOT + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.remaining());
        entry.setCompressedSize(content.remaining());
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
        if (content.hasArray()) {
            zip.write(content.array(), content.arrayOffset() + content.position(), content.remaining());
        } else {
            var bytes = new byte[content.remaining()];
            content.get(bytes);
            zip.write(bytes);
        }
        zip.closeEntry();
    }

    private static String requireName(String field, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("%s: '%s' (expected: a Python identifier)".formatted(field, name));
        }
        return name;
    }
}
