package dev.millrace.standalone.precompute;

import dev.millrace.standalone.precompute.LineReader.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** How far a file was worked through, kept beside it, so that a run that was cut off goes on where it stood. */
final class Checkpoint {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path beside;
    private final Source source;

    /**
     * Of the file as it is now: what a later one of this name holds is not done.
     *
     * @param target whom it is worked through for; what was done for another is not done for this one
     */
    Checkpoint(Path file, String target) throws IOException {
        this.beside = file.resolveSibling(file.getFileName() + ".progress");
        this.source = new Source(
                target, Files.size(file), Files.getLastModifiedTime(file).toMillis());
    }

    /** @param size of the file in bytes, which with its time tells whether it is still the same */
    record Source(String target, long size, long modified) {}

    /** @param tally of the lines that are done */
    record Saved(Source source, Position position, Tally tally) {}

    /**
     * What became of lines.
     *
     * @param lines that are done, blank ones left out
     * @param known those of them that were known before
     * @param wrong those of them that have no prediction
     */
    record Tally(long lines, long known, long wrong) {
        static final Tally NONE = new Tally(0, 0, 0);
    }

    /** Where to go on; nothing if this file was not begun, or is another one by now. */
    Optional<Saved> read() throws IOException {
        if (Files.notExists(beside)) {
            return Optional.empty();
        }
        try {
            var saved = JSON.readValue(Files.readString(beside), Saved.class);
            return source.equals(saved.source()) && saved.position().offset() <= source.size()
                    ? Optional.of(saved)
                    : Optional.empty();
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All lines up to this position are done. */
    void save(Position position, Tally tally) throws IOException {
        var next = beside.resolveSibling(beside.getFileName() + ".next");
        Files.writeString(next, JSON.writeValueAsString(new Saved(source, position, tally)));
        Files.move(next, beside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The whole file is done. */
    void delete() throws IOException {
        Files.deleteIfExists(beside);
    }
}
