package dev.millrace.standalone;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.standalone.profile.LiveRows;
import dev.millrace.standalone.profile.RowFile;
import dev.millrace.standalone.profile.Rows;
import dev.millrace.standalone.suite.SuiteException;
import dev.millrace.standalone.topic.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes what drift is told by of other data than that of the training. */
@Command(
        name = "profile",
        description =
                "Makes the drift profile of a model version of live traffic or of a file, so that drift is told from that"
                        + " on instead of from the training data.",
        footer = {
            "",
            "A file holds a JSON object a row (NDJSON), numbers by the name of their series:",
            "{\"score\": 0.02, \"text_length\": 812, \"token_count\": 190}.",
            "",
            "Put the profile at NAME/VERSION/profile.json of the model repository, and its",
            "SHA-256, which is printed, into the model.yaml beside it (files): a model whose",
            "files differ from that is not loaded. Then start monitoring-service again. Look",
            "at the traffic first: what is strange in it now is not told any more."
        })
final class ProfileCommand implements Callable<Integer> {
    private static final String TOPIC = "topic";
    /** With fewer, what windows differ by is the profile's own chance. */
    private static final int LEAST = 500;

    private static final int MOST = 1_000_000;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Millrace millrace;

    @Parameters(paramLabel = "NAME", index = "0", description = "Model, for example spam.")
    private String name;

    @Parameters(paramLabel = "VERSION", index = "1", description = "Its version, for example 2.")
    private String version;

    @Option(
            names = "--from",
            paramLabel = "topic|FILE",
            defaultValue = TOPIC,
            description = "What is read: the topics of features and results, or a file (default: ${DEFAULT-VALUE}).")
    private String from;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeAgo.class,
            defaultValue = TimeAgo.EVER,
            description =
                    "Of topics, not older: 2026-11-23T08:00:00Z, or a time ago such as 30m, 2h, 7d (default: all).")
    private Instant since;

    @Option(
            names = "--rows",
            paramLabel = "N",
            defaultValue = "50000",
            description = "Rows at the most, 500 to 1000000; of topics the last ones (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the profile goes (default: NAME-VERSION.profile.json).")
    private @Nullable Path out;

    @Option(names = "--force", description = "Writes over a file that is there.")
    private boolean force;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SPRING_KAFKA_BOOTSTRAP_SERVERS}",
            converter = BootstrapServers.class,
            description = "Kafka (default: $SPRING_KAFKA_BOOTSTRAP_SERVERS, else that of the running suite).")
    private @Nullable String bootstrapServers;

    @Override
    public Integer call() {
        if (rows < LEAST || rows > MOST) {
            throw new ParameterException(
                    spec.commandLine(), "--rows: %d (expected: %d to %d)".formatted(rows, LEAST, MOST));
        }
        Path target = out != null ? out : Path.of("%s-%s.profile.json".formatted(name, version));
        if (Files.exists(target) && !force) {
            throw new SuiteException("%s is there".formatted(target), "name another file (--out), or --force");
        }
        var found = from.equals(TOPIC) ? ofTopics() : ofFile(Path.of(from));
        if (found.count() < LEAST) {
            throw new SuiteException(
                    "%,d rows of %s/%s (expected: %,d or more)".formatted(found.count(), name, version, LEAST),
                    "give it more traffic or more of the past (--since); './millrace status' tells what is up");
        }
        String json = found.profile().toJson();
        try {
            Files.writeString(target, json);
        } catch (IOException e) {
            throw new SuiteException("%s: %s".formatted(target, e), "name a file that can be written (--out)");
        }
        var console = Console.standard();
        console.print("%,d rows of %s/%s", found.count(), name, version);
        for (var series : found.profile().series()) {
            console.print("  %-24s %,d", series.name(), series.rows());
        }
        printEmbeddings(console, found);
        console.print("%s", target);
        console.print("model.yaml, files:  profile.json: \"%s\"", DigestUtils.sha256Hex(json));
        return Millrace.OK;
    }

    static void printEmbeddings(Console console, Rows found) {
        var embedding = found.profile().embedding();
        if (embedding == null) {
            console.print("  embeddings are not watched: fewer than %d of one size", EmbeddingProfile.LEAST_ROWS);
        } else {
            console.print("  %-24s %d, of %d elements", EmbeddingProfile.NAME, embedding.size(), embedding.dimension());
        }
        if (found.leftOut() > 0) {
            console.print(
                    "  embeddings left out      %,d (expected: finite, of one size, of %,d elements at the most)",
                    found.leftOut(), EmbeddingProfile.MOST_ELEMENTS);
        }
    }

    private Rows ofTopics() {
        String servers = bootstrapServers != null
                ? bootstrapServers
                : millrace.runningSuite().addresses().bootstrapServers();
        try (var reader = new TopicReader(servers)) {
            return LiveRows.read(reader, name + "/" + version, since, rows);
        } catch (KafkaException | IllegalStateException e) {
            throw new SuiteException(
                    String.valueOf(e.getMessage()),
                    "is Kafka at %s up, with its topics (./millrace topics apply)?".formatted(servers));
        }
    }

    private Rows ofFile(Path file) {
        try {
            return RowFile.read(file, rows);
        } catch (IOException e) {
            throw new SuiteException(String.valueOf(e.getMessage()), "mend the file, or name another");
        }
    }
}
