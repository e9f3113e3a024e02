package dev.millrace.standalone;

import dev.millrace.contract.UploadResult;
import dev.millrace.standalone.precompute.Precomputation;
import dev.millrace.standalone.precompute.Precomputation.Answer;
import dev.millrace.standalone.precompute.Precomputation.Standing;
import dev.millrace.standalone.suite.SuiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Has a data set computed before anybody asks for it. */
@Command(
        name = "precompute",
        description =
                "Posts each line of a file to the running suite, so that its caches know the contents: who posts one"
                        + " of them later, as the same tenant, is answered at once.",
        footer = {
            "",
            "A line is an upload in the API's JSON form, as in {\"pipeline\": \"spam\", \"content\": \"Dear customer …\"}.",
            "Each has a result on the results topic, like any other upload. The caches keep what was not asked for during",
            "millrace.cache.time-to-live (6 h by default).",
            "",
            "When it is cut off, the same command goes on where it stood: FILE.progress beside the file says where."
        })
final class PrecomputeCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Millrace millrace;

    @Parameters(paramLabel = "FILE", description = "Uploads, one JSON object a line (NDJSON).")
    private Path file;

    @Option(
            names = "--tenant",
            paramLabel = "T",
            defaultValue = "default",
            description = "Whose uploads will find them (default: ${DEFAULT-VALUE}).")
    private String tenant;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "16",
            description = "Lines on their way at a time, 1 to 1024 (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(names = "--restart", description = "Begins with the first line, however far a run before came.")
    private boolean restart;

    @Mixin
    private CollectorAddress collector;

    @Override
    public Integer call() throws InterruptedException {
        if (inFlight < 1 || inFlight > 1024) {
            throw new ParameterException(
                    spec.commandLine(), "--in-flight: %d (expected: 1 to 1024)".formatted(inFlight));
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new SuiteException(
                    "%s cannot be read".formatted(file), "name a file that is there and that you may read");
        }
        var console = Console.standard();
        String api = collector.of(millrace);
        try (var client = new UploadClient(api)) {
            var bar = new ProgressBar(console);
            var work = new Precomputation(file, api + " as " + tenant, inFlight, json -> answer(client, json), bar);
            if (restart) {
                work.restart();
            }
            long begunAt = work.begunAt();
            console.print(
                    begunAt == 0
                            ? "Posting the lines of %s to %s".formatted(file, api)
                            : "Posting the lines of %s to %s, from line %,d on".formatted(file, api, begunAt + 1));
            var end = work.run();
            bar.clear();
            console.print(
                    "%,d lines: %,d computed, %,d known before, %,d without a prediction",
                    end.lines(), end.lines() - end.known() - end.wrong(), end.known(), end.wrong());
            return end.wrong() == 0 ? Millrace.OK : Millrace.NOT_AS_ASKED;
        } catch (IOException e) {
            throw new SuiteException("%s: %s".formatted(file, e), "see that it can be read, and its folder written to");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof SuiteException known
                    ? known
                    : new SuiteException("a line could not be posted: " + e.getCause(), "see './millrace logs'");
        }
    }

    private Answer answer(UploadClient client, byte[] json) {
        var answer = client.postAndAwait(json, tenant, PATIENCE);
        try {
            JsonNode body = JSON.readTree(answer.body());
            if (answer.status() != 200) {
                return new Answer(false, "%s: %s".formatted(text(body, "code"), text(body, "detail")));
            }
            return text(body, "status").equals(UploadResult.Status.SUCCEEDED.name())
                    ? new Answer(body.path("cached").asBoolean(false), "")
                    : new Answer(false, "%s %s".formatted(text(body, "status"), body.path("error")));
        } catch (JacksonException e) {
            return new Answer(false, "status %d without JSON".formatted(answer.status()));
        }
    }

    private static String text(JsonNode body, String field) {
        return body.path(field).asString("");
    }

    /** A bar that is written over; where that cannot be, a line every few seconds. */
    private static final class ProgressBar implements Precomputation.Progress {
        private static final int WIDTH = 30;
        /** Where every line is wrong, as with a tenant that there cannot be, a few say it. */
        private static final int MISTAKES = 20;

        private static final long EVERY_NANOS = Duration.ofMillis(200).toNanos();
        private static final long QUIETLY_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

        private final Console console;
        private final long begin = System.nanoTime();
        private long shown = begin;
        private long firstByte = -1;
        private long firstLine;
        private int mistakes;

        ProgressBar(Console console) {
            this.console = console;
        }

        @Override
        public void wrong(String mistake) {
            clear();
            if (++mistakes <= MISTAKES) {
                console.error(mistake);
            } else if (mistakes == MISTAKES + 1) {
                console.error("more lines have no prediction; they are counted, not shown");
            }
        }

        @Override
        public void at(Standing standing) {
            if (firstByte < 0) {
                firstByte = standing.bytes();
                firstLine = standing.lines();
            }
            long now = System.nanoTime();
            if (now - shown < (console.isTerminal() ? EVERY_NANOS : QUIETLY_EVERY_NANOS)) {
                return;
            }
            shown = now;
            String line = line(standing, (now - begin) / 1e9);
            if (console.isTerminal()) {
                console.transientLine(line);
            } else {
                console.print(line);
            }
        }

        void clear() {
            console.transientLine("");
        }

        private String line(Standing standing, double seconds) {
            double part = standing.size() == 0 ? 1 : (double) standing.bytes() / standing.size();
            int filled = (int) (part * WIDTH);
            double bytesPerSecond = (standing.bytes() - firstByte) / seconds;
            String left = bytesPerSecond > 0
                    ? "%,.0f s left".formatted((standing.size() - standing.bytes()) / bytesPerSecond)
                    : "";
            return "  [%s%s] %3.0f %%  %,d lines, %,.0f/s, %,d known, %,d wrong  %s"
                    .formatted(
                            "#".repeat(filled),
                            "-".repeat(WIDTH - filled),
                            100 * part,
                            standing.lines(),
                            (standing.lines() - firstLine) / seconds,
                            standing.known(),
                            standing.wrong(),
                            left);
        }
    }
}
