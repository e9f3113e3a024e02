package dev.millrace.ledger.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.ledger.audit.JournalEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client's own book: a line of JSON for each upload whose fate is known. A line counts once it is on the disk; lines
 * that come together share one {@code fsync}. Thread-safe.
 */
public final class Journal implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final FileChannel file;
    private final LinkedBlockingQueue<Line> lines = new LinkedBlockingQueue<>();
    private final Thread writer = Thread.ofPlatform().name("journal").unstarted(this::write);

    private Journal(FileChannel file) {
        this.file = file;
    }

    /** A line to be written, or the end. */
    private record Line(@Nullable JournalEntry entry, CompletableFuture<Void> written) {}

    /** @throws UncheckedIOException if the file is there already or cannot be made */
    public static Journal create(Path path) {
        try {
            var journal = new Journal(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            journal.writer.start();
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException(path.toString(), e);
        }
    }

    /** Reads what is on the disk; a last line that was cut off is none. */
    public static List<JournalEntry> read(Path path) {
        try {
            String text = Files.readString(path);
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(line -> JSON.readValue(line, JournalEntry.class))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(path.toString(), e);
        }
    }

    /** Returns once the line is on the disk. */
    void append(JournalEntry entry) {
        var line = new Line(entry, new CompletableFuture<>());
        lines.add(line);
        line.written().join();
    }

    /** Writes what is left. Nothing may be appended from now on. */
    @Override
    public void close() {
        var end = new Line(null, new CompletableFuture<>());
        lines.add(end);
        end.written().join();
    }

    private void write() {
        var group = new ArrayList<Line>();
        try {
            while (true) {
                group.add(lines.take());
                lines.drainTo(group);
                boolean ended = write(group);
                group.forEach(line -> line.written().complete(null));
                group.clear();
                if (ended) {
                    file.close();
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            group.addAll(lines);
            group.forEach(line -> line.written().completeExceptionally(e));
        }
    }

    private boolean write(List<Line> group) throws IOException {
        var text = new StringBuilder();
        boolean ended = false;
        for (var line : group) {
            if (line.entry() == null) {
                ended = true;
            } else {
                text.append(JSON.writeValueAsString(line.entry())).append('\n');
            }
        }
        var bytes = ByteBuffer.wrap(text.toString().getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        file.force(false);
        return ended;
    }
}
