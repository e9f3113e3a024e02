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

    private final Path file;
    private final Path beside;
    private final String target;

    /** @param target whom it is worked through for; what was done for another is not done for this one */
    Checkpoint(Path file, String target) {
        this.file = file;
        this.beside = file.resolveSibling(file.getFileName() + ".progress");
        this.target = target;
    }

    /** @param size of the file in bytes, which with its time tells whether it is still the same */
    record Saved(String target, long size, long modified, long offset, long line) {}

    /** Where to go on; nothing if this file was not begun, or is another one by now. */
    Optional<Position> read() throws IOException {
        if (Files.notExists(beside)) {
            return Optional.empty();
        }
        try {
            var saved = JSON.readValue(Files.readString(beside), Saved.class);
            return saved.equals(describe(new Position(saved.offset(), saved.line()))) && saved.offset() <= saved.size()
                    ? Optional.of(new Position(saved.offset(), saved.line()))
                    : Optional.empty();
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** All lines up to this position are done. */
    void save(Position position) throws IOException {
        var next = beside.resolveSibling(beside.getFileName() + ".next");
        Files.writeString(next, JSON.writeValueAsString(describe(position)));
        Files.move(next, beside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The whole file is done. */
    void delete() throws IOException {
        Files.deleteIfExists(beside);
    }

    private Saved describe(Position position) throws IOException {
        return new Saved(
                target,
                Files.size(file),
                Files.getLastModifiedTime(file).toMillis(),
                position.offset(),
                position.line());
    }
}
