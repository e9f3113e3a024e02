package dev.millrace.standalone.precompute;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.standalone.precompute.Checkpoint.Saved;
import dev.millrace.standalone.precompute.Checkpoint.Tally;
import dev.millrace.standalone.precompute.LineReader.Line;
import dev.millrace.standalone.precompute.LineReader.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Has every line of a file answered once, several at a time, and remembers how far it came. A line that is done twice, as
 * after a crash, is known the second time.
 */
public final class Precomputation {
    /** The largest body that the API can be set to take. */
    private static final int LONGEST_LINE = 8 << 20;

    private static final long SAVE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Path file;
    private final int inFlight;
    private final Answering answering;
    private final Checkpoint checkpoint;
    private final Progress progress;

    /** Has one line answered. */
    public interface Answering {
        /** @param json an upload in the API's JSON form */
        Answer answer(byte[] json);
    }

    /**
     * What became of a line.
     *
     * @param problem why it has no prediction, or empty
     */
    public record Answer(boolean known, String problem) {}

    /**
     * How far it is.
     *
     * @param bytes of the file that are done, of {@code size}
     * @param lines that are done, by runs that were cut off too; blank ones left out
     * @param known those of them that were known before
     * @param wrong those of them that have no prediction
     */
    public record Standing(long bytes, long size, long lines, long known, long wrong) {}

    /** Is told what happens. */
    public interface Progress {
        /** A line has no prediction. @param mistake which one, and why */
        void wrong(String mistake);

        /** A line is done. */
        void at(Standing standing);
    }

    /**
     * @param target whom the caches belong to
     * @param inFlight lines on their way at a time, 1 or more
     * @throws IOException if the file cannot be read
     */
    public Precomputation(Path file, String target, int inFlight, Answering answering, Progress progress)
            throws IOException {
        this.file = file;
        this.inFlight = inFlight;
        this.answering = answering;
        this.checkpoint = new Checkpoint(file, target);
        this.progress = progress;
    }

    private record UnderWay(Position end, Future<@Nullable Answer> answer) {}

    /** Number of the line after which a run before this one was cut off, 0 if none was. */
    public long begunAt() throws IOException {
        return checkpoint.read().map(saved -> saved.position().line()).orElse(0L);
    }

    /** Forgets how far a run before this one came. */
    public void restart() throws IOException {
        checkpoint.delete();
    }

    /**
     * Works through the file.
     *
     * @throws IOException if the file cannot be read, or how far it is cannot be written beside it
     * @throws ExecutionException if a line could not be answered at all; a later run goes on there
     */
    public Standing run() throws IOException, InterruptedException, ExecutionException {
        long size = Files.size(file);
        var before = checkpoint.read();
        var done = before.map(Saved::position).orElse(Position.BEGIN);
        var tally = before.map(Saved::tally).orElse(Tally.NONE);
        long saved = System.nanoTime();
        // Platform threads: virtual ones that load classes from the jar of this program may hang (spring-boot#51379).
        try (var threads = Executors.newFixedThreadPool(inFlight);
                var reader = new LineReader(file, LONGEST_LINE, done)) {
            var underWay = new ArrayDeque<UnderWay>();
            try {
                while (true) {
                    for (Line line; underWay.size() < inFlight && (line = reader.next()) != null; ) {
                        var next = line;
                        underWay.add(new UnderWay(line.end(), threads.submit(() -> answer(next))));
                    }
                    var first = underWay.poll();
                    if (first == null) {
                        break;
                    }
                    tally = add(tally, first.end(), first.answer().get());
                    done = first.end();
                    if (System.nanoTime() - saved > SAVE_NANOS) {
                        checkpoint.save(done, tally);
                        saved = System.nanoTime();
                    }
                    progress.at(standing(done, size, tally));
                }
            } catch (InterruptedException | ExecutionException e) {
                threads.shutdownNow();
                checkpoint.save(done, tally);
                throw e;
            }
        }
        checkpoint.delete();
        return standing(done, size, tally);
    }

    /** @return null for a blank line */
    private @Nullable Answer answer(Line line) {
        byte[] bytes = line.bytes();
        if (bytes == null) {
            return new Answer(false, "longer than %d bytes".formatted(LONGEST_LINE));
        }
        return new String(bytes, ISO_8859_1).isBlank() ? null : answering.answer(bytes);
    }

    private Tally add(Tally tally, Position line, @Nullable Answer answer) {
        if (answer == null) {
            return tally;
        }
        boolean wrong = !answer.problem().isEmpty();
        if (wrong) {
            progress.wrong("line %d: %s".formatted(line.line(), answer.problem()));
        }
        return new Tally(tally.lines() + 1, tally.known() + (answer.known() ? 1 : 0), tally.wrong() + (wrong ? 1 : 0));
    }

    private static Standing standing(Position done, long size, Tally tally) {
        return new Standing(done.offset(), size, tally.lines(), tally.known(), tally.wrong());
    }
}
