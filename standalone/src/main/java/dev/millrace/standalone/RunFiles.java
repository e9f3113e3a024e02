package dev.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;

/** The folders and files of commands that run suites of their own. */
final class RunFiles {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSS");

    private RunFiles() {}

    /** A folder, to be made, that no run before had: in the one that the user named, or in {@code target} beside the launcher. */
    static Path newFolder(Millrace millrace, String command) {
        var parent = millrace.namedFolder()
                .orElseGet(() -> Path.of(System.getProperty("millrace.home", ""), "target", command));
        return parent.toAbsolutePath().normalize().resolve(NAME.format(LocalDateTime.now()));
    }

    /** Writes a text into a file of the user's choice. */
    static void write(Path file, String text) throws IOException {
        var absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Files.writeString(absolute, text);
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
