package dev.millrace.bench.drift;

import dev.millrace.bench.engine.Line;
import dev.millrace.bench.text.EmbeddingFile;
import dev.millrace.bench.text.TextLine;
import dev.millrace.bench.text.TextSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The process that looks for drift in embedded texts: {@code TextsProgram REPOSITORY FOLDER ROUNDS SEED NAME…}, the names of
 * what is embedded in the folder, see {@link TextSources}. It tells what it finds in lines, see {@link Line}.
 */
public final class TextsProgram {
    private static final List<Integer> ROWS = List.of(200, 500, 1000);

    private final Path folder;
    private final List<String> names;

    private TextsProgram(Path folder, List<String> names) {
        this.folder = folder;
        this.names = names;
    }

    public static void main(String[] arguments) throws IOException {
        var program = new TextsProgram(Path.of(arguments[1]), List.of(arguments).subList(4, arguments.length));
        int rounds = Integer.parseInt(arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        for (var population : program.populations()) {
            new VectorTable(population, ROWS)
                    .shares(rounds, seed, line -> System.out.println(new Line.Progress(line).text()))
                    .forEach((cell, share) ->
                            System.out.println(measured(population, cell, share).text()));
        }
    }

    private List<Population> populations() throws IOException {
        var populations = new ArrayList<Population>();
        if (names.contains(TextSources.DESCRIPTIONS)) {
            var sections = groups(TextSources.DESCRIPTIONS);
            var embeddings = embeddings(TextSources.DESCRIPTIONS);
            populations.add(new DescribedPackages(
                    sections,
                    embeddings,
                    embeddings(TextSources.BF16),
                    embeddings(TextSources.CUT),
                    embeddings(TextSources.WORDS),
                    names.contains(TextSources.GERMAN) ? List.of(embeddings(TextSources.GERMAN)) : List.of()));
            var two = new TwoSections(sections, embeddings);
            if (two.isPossible()) {
                populations.add(two);
            }
        }
        if (names.contains(TextSources.MAILS)) {
            populations.add(new MailGroups(groups(TextSources.MAILS), embeddings(TextSources.MAILS)));
        }
        return populations;
    }

    private List<String> groups(String name) throws IOException {
        return TextLine.read(folder.resolve(name + ".txt")).stream()
                .map(TextLine::group)
                .toList();
    }

    private float[][] embeddings(String name) throws IOException {
        return EmbeddingFile.read(folder.resolve(name + ".bin"), groups(name).size());
    }

    private static Line.Measured measured(Population population, VectorTable.Cell cell, double share) {
        var change = cell.change();
        boolean hoped = change.hopedFrom() > 0
                && cell.rows() >= change.hopedFrom()
                && cell.detector() != VectorDetector.ELEMENTS;
        return new Line.Measured(
                change.real() ? "found at 1 %" : "false alarms at 1 %",
                String.format(
                        Locale.ROOT,
                        "%s: %s, %d rows, %d of reference, %s",
                        population.title(),
                        change.title(),
                        cell.rows(),
                        cell.reference(),
                        cell.detector().title()),
                "%",
                share,
                change.real() ? hoped ? "90 or more" : "" : "about 1 or less");
    }
}
