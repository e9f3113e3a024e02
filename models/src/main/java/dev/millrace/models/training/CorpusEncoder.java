package dev.millrace.models.training;

import dev.millrace.model.ModelRepository;
import dev.millrace.model.Precision;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import dev.millrace.model.mail.MailContent;
import dev.millrace.model.mail.MailFeatures;
import dev.millrace.model.mail.MailParser;
import dev.millrace.model.mail.MalformedMailException;
import dev.millrace.models.evaluation.CorpusMail;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Reads mails into the vectors that heads take, by the code that serves. Embeddings take minutes, so they are kept in a
 * folder under the digest of the encoder, its settings and the texts.
 */
final class CorpusEncoder {
    private static final String ENCODER = "all-MiniLM-L6-v2";
    private static final int CHUNK = 512;

    private final ModelRepository repository;
    private final Path cache;
    private final int maxTokens;
    private final int workers;

    CorpusEncoder(ModelRepository repository, Path cache, int maxTokens, int workers) {
        this.repository = repository;
        this.cache = cache;
        this.maxTokens = maxTokens;
        this.workers = workers;
    }

    List<EncodedMail> encode(List<CorpusMail> mails, Precision precision) throws IOException {
        try (var encoder = TextEncoder.load(repository.model(ENCODER, "1"), precision, maxTokens, workers)) {
            var contents = new ArrayList<MailContent>();
            var texts = new ArrayList<TokenizedText>();
            for (var mail : mails) {
                var content = parse(mail);
                contents.add(content);
                texts.add(encoder.tokenize(content.modelText()));
            }
            float[][] embeddings = embeddings(encoder, texts);
            var encoded = new ArrayList<EncodedMail>();
            for (int i = 0; i < mails.size(); i++) {
                String text = contents.get(i).modelText();
                encoded.add(new EncodedMail(
                        mails.get(i),
                        embeddings[i],
                        MailFeatures.extract(contents.get(i)),
                        text.length(),
                        texts.get(i).tokenCount(),
                        texts.get(i).unknownCount(),
                        textKey(text)));
            }
            return encoded;
        }
    }

    private static MailContent parse(CorpusMail mail) throws IOException {
        try {
            return MailParser.parse(mail.message());
        } catch (MalformedMailException e) {
            throw new IOException(mail.id(), e);
        }
    }

    /** The letters alone: mails that differ in a number or a sign only are repeats as well. */
    static String textKey(String text) {
        return text.replaceAll("\\P{L}+", "").toLowerCase(Locale.ROOT);
    }

    private float[][] embeddings(TextEncoder encoder, List<TokenizedText> texts) throws IOException {
        Path file = cache.resolve("embeddings-%s.bin".formatted(digest(encoder, texts)));
        if (Files.exists(file)) {
            return read(file, texts.size(), encoder.embeddingSize());
        }
        encoder.warmUp();
        float[][] embeddings = new float[texts.size()][];
        for (int start = 0; start < texts.size(); start += CHUNK) {
            var chunk = encoder.encode(texts.subList(start, Math.min(start + CHUNK, texts.size())));
            System.arraycopy(chunk, 0, embeddings, start, chunk.length);
            System.err.printf("Embedded %,d of %,d mails%n", start + chunk.length, texts.size());
        }
        write(file, embeddings);
        return embeddings;
    }

    private String digest(TextEncoder encoder, List<TokenizedText> texts) {
        var sha256 = DigestUtils.getSha256Digest();
        sha256.update("%s %d\n".formatted(encoder.modelReference(), maxTokens).getBytes(StandardCharsets.UTF_8));
        for (var text : texts) {
            for (long id : text.ids()) {
                sha256.update((byte) id);
                sha256.update((byte) (id >> 8));
            }
            sha256.update((byte) '\n');
        }
        return HexFormat.of().formatHex(sha256.digest(), 0, 12);
    }

    private static void write(Path file, float[][] embeddings) throws IOException {
        Files.createDirectories(file.getParent());
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            for (float[] embedding : embeddings) {
                for (float value : embedding) {
                    out.writeFloat(value);
                }
            }
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static float[][] read(Path file, int count, int size) throws IOException {
        float[][] embeddings = new float[count][size];
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (float[] embedding : embeddings) {
                for (int i = 0; i < size; i++) {
                    embedding[i] = in.readFloat();
                }
            }
        }
        return embeddings;
    }
}
