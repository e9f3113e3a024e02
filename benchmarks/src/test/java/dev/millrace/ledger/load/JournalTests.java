package dev.millrace.ledger.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.ledger.audit.JournalEntry;
import dev.millrace.ledger.audit.JournalEntry.Fate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTests {
    private static final JournalEntry ACCEPTED = new JournalEntry(
            1, "0af7651916cd43dd8448eb211c80319c", "k", 3, 4, 5, 6, 7, Fate.ACCEPTED, new UUID(0, 1), 202, 2);
    private static final JournalEntry UNKNOWN =
            new JournalEntry(2, "1af7651916cd43dd8448eb211c80319c", null, 0, 4, 5, 6, 7, Fate.UNKNOWN, null, 0, 9);

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("journal.jsonl");
    }

    @Test
    void readsWhatWasWritten() {
        try (var journal = Journal.create(path)) {
            journal.append(ACCEPTED);
            journal.append(UNKNOWN);
        }

        assertThat(Journal.read(path)).containsExactly(ACCEPTED, UNKNOWN);
    }

    @Test
    void hasALineInTheFileOnceItIsAppended() {
        try (var journal = Journal.create(path)) {
            journal.append(ACCEPTED);

            assertThat(Journal.read(path)).containsExactly(ACCEPTED);
        }
    }

    @Test
    void takesLinesFromManyThreads() {
        try (var journal = Journal.create(path)) {
            IntStream.range(0, 500).parallel().forEach(i -> journal.append(UNKNOWN));
        }

        assertThat(Journal.read(path)).hasSize(500).containsOnly(UNKNOWN);
    }

    @Test
    void passesOverALastLineThatWasCutOff() throws IOException {
        try (var journal = Journal.create(path)) {
            journal.append(ACCEPTED);
        }
        Files.writeString(path, "{\"number\":", StandardOpenOption.APPEND);

        assertThat(Journal.read(path)).containsExactly(ACCEPTED);
    }

    @Test
    void refusesAFileThatIsThere() throws IOException {
        Files.createFile(path);

        assertThatThrownBy(() -> Journal.create(path)).isInstanceOf(UncheckedIOException.class);
    }
}
