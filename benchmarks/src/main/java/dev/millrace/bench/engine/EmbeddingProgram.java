package dev.millrace.bench.engine;

import static dev.millrace.bench.engine.EngineProgram.ENCODER;
import static dev.millrace.bench.engine.EngineProgram.WORKERS;
import static dev.millrace.bench.engine.EngineProgram.tell;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.bench.text.EmbeddingFile;
import dev.millrace.bench.text.TextLine;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.Precision;
import dev.millrace.model.StoredModel;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import dev.millrace.model.mail.MailParser;
import dev.millrace.model.mail.MalformedMailException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * The process that embeds texts: {@code EmbeddingProgram REPOSITORY FOLDER JOB…}. A job is {@code NAME,PRECISION,TOKENS}: the
 * texts of {@code FOLDER/NAME.txt}, cut to so many tokens, go to {@code FOLDER/NAME.bin}, unless they are there from before.
 */
public final class EmbeddingProgram {
    private static final int CHUNK = 512;

    private EmbeddingProgram() {}

    public static void main(String[] arguments) throws Exception {
        var model = ModelRepository.open(Path.of(arguments[0])).model(ENCODER, "1");
        var folder = Path.of(arguments[1]);
        for (String job : List.of(arguments).subList(2, arguments.length)) {
            String[] fields = job.split(",");
            run(model, folder, fields[0], Precision.of(fields[1]), Integer.parseInt(fields[2]));
        }
    }

    private static void run(StoredModel model, Path folder, String name, Precision precision, int maxTokens)
            throws IOException {
        var input = folder.resolve(name + ".txt");
        try (var encoder = TextEncoder.load(model, precision, maxTokens, WORKERS)) {
            var digest = DigestUtils.getSha256Digest();
            digest.update(
                    "%s %d\n".formatted(encoder.modelReference(), maxTokens).getBytes(UTF_8));
            digest.update(Files.readAllBytes(input));
            var output = new EmbeddingFile(folder.resolve(name + ".bin"), digest.digest(), encoder.embeddingSize());
            if (output.isWhole()) {
                tell("%s: embedded before", name);
                return;
            }
            var lines = TextLine.read(input);
            encoder.warmUp();
            for (int start = output.begun(); start < lines.size(); start += CHUNK) {
                int end = Math.min(start + CHUNK, lines.size());
                output.append(encoder.encode(tokenized(encoder, lines.subList(start, end))));
                tell("%s: %,d of %,d texts embedded", name, end, lines.size());
            }
            output.finish();
        }
    }

    private static List<TokenizedText> tokenized(TextEncoder encoder, List<TextLine> lines) throws IOException {
        var texts = new ArrayList<TokenizedText>();
        for (var line : lines) {
            texts.add(encoder.tokenize(line.mail() ? mail(Path.of(line.content())) : line.content()));
        }
        return texts;
    }

    /** As feature reads mails. */
    private static String mail(Path file) throws IOException {
        try {
            return MailParser.parse(Files.readAllBytes(file)).modelText();
        } catch (MalformedMailException e) {
            throw new IOException(file.toString(), e);
        }
    }
}
