package dev.millrace.bench.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A text that is to be embedded, as a line of a file.
 *
 * @param group what kind of text it is, as a section of packages or a folder of mails
 * @param mail whether {@code content} is the path of a mail, else it is the text itself
 */
public record TextLine(String group, boolean mail, String content) {
    private static final String MAIL = "mail";
    private static final String TEXT = "text";

    public TextLine {
        if ((group + content).matches("(?s).*[\\t\\n\\r].*")) {
            throw new IllegalArgumentException("text: '%s' (expected: neither tabs nor line ends)".formatted(content));
        }
    }

    public static void write(Path file, List<TextLine> lines) throws IOException {
        Files.write(
                file,
                lines.stream()
                        .map(line -> String.join("\t", line.group, line.mail ? MAIL : TEXT, line.content))
                        .toList(),
                UTF_8);
    }

    public static List<TextLine> read(Path file) throws IOException {
        return Files.readAllLines(file, UTF_8).stream()
                .map(line -> line.split("\t", -1))
                .map(fields -> new TextLine(fields[0], fields[1].equals(MAIL), fields[2]))
                .toList();
    }
}
