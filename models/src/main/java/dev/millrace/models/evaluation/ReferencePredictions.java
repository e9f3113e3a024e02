package dev.millrace.models.evaluation;

import dev.millrace.model.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What the training program measured on the held-out mails: one score each, of the very files that are served. A
 * running suite must answer the same.
 *
 * @param byId in the corpus's order
 */
public record ReferencePredictions(SequencedMap<String, ScoredMail> byId) {
    private static final String HEAD = "id,group,label,score";

    public ReferencePredictions {
        byId = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(byId));
    }

    public static ReferencePredictions of(List<ScoredMail> mails) {
        var byId = new LinkedHashMap<String, ScoredMail>();
        mails.forEach(mail -> byId.put(mail.id(), mail));
        return new ReferencePredictions(byId);
    }

    /**
     * Loads the reference of a bundled model.
     *
     * @param name of the model, as in {@code spam}
     * @param precision the encoder's
     * @throws IllegalArgumentException if there is none
     */
    public static ReferencePredictions load(String name, String version, Precision precision) {
        String resource = fileName(name, version, precision);
        try (InputStream in = ReferencePredictions.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "model: %s/%s in %s (expected: one that is bundled, as spam/2 in fp32)"
                                .formatted(name, version, precision.text()));
            }
            return read(new BufferedReader(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** Writes the form that {@link #load} reads, into a folder that lies on the class path beside this class. */
    public void write(Path folder, String name, String version, Precision precision) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(fileName(name, version, precision));
        try (Writer out =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
            out.write(HEAD + "\n");
            for (var mail : byId.values()) {
                out.write(String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%.6f\n",
                        mail.id(),
                        mail.group(),
                        mail.spam() ? CorpusMail.SPAM : CorpusMail.HAM,
                        mail.score()));
            }
        }
    }

    private static ReferencePredictions read(BufferedReader reader) throws IOException {
        String head = reader.readLine();
        if (!HEAD.equals(head)) {
            throw new IOException("head: '%s' (expected: '%s')".formatted(head, HEAD));
        }
        var mails = new ArrayList<ScoredMail>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            String[] fields = line.split(",", -1);
            if (fields.length != 4) {
                throw new IOException("line: '%s' (expected: %s)".formatted(line, HEAD));
            }
            mails.add(new ScoredMail(
                    fields[0], fields[1], fields[2].equals(CorpusMail.SPAM), Double.parseDouble(fields[3])));
        }
        return of(mails);
    }

    private static String fileName(String name, String version, Precision precision) {
        return "%s-%s-%s.csv.gz".formatted(name, version, precision.text());
    }
}
