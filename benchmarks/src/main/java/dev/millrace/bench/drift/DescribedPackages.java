package dev.millrace.bench.drift;

import static java.util.stream.Collectors.groupingBy;

import dev.millrace.bench.text.TextSources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Descriptions of packages of all sections but one, another each time: what the unseen section is.
 *
 * @param sections of the texts
 * @param embeddings of the texts; the first {@value TextSources#FOR_WINDOWS} are for windows, the others for references
 * @param bf16 of those for windows, by another precision
 * @param cut of those for windows, of their first 16 tokens
 * @param words of those for windows, with other words
 * @param german of others in German, none if there are none
 */
record DescribedPackages(
        List<String> sections,
        float[][] embeddings,
        float[][] bf16,
        float[][] cut,
        float[][] words,
        List<float[]> german)
        implements Population {
    private static final Change NOTHING = new Change("nothing", false, 0);
    private static final Change PRECISION = new Change("bf16 for fp32", false, 0);
    private static final Change TENTH = new Change("10 % of an unseen section", true, 500);
    private static final Change FIFTH = new Change("20 % of an unseen section", true, 200);
    private static final Change WORDS = new Change("5 % of the words replaced", true, 1000);
    private static final Change GERMAN = new Change("2 % in German", true, 1000);
    private static final Change CUT = new Change("cut to 16 tokens", true, 200);
    private static final List<Integer> REFERENCES = List.of(512, 1000, 2000, 5000);
    private static final int FEWEST_OF_SECTION = 300;

    @Override
    public String title() {
        return "packages";
    }

    @Override
    public List<Integer> references() {
        return REFERENCES;
    }

    @Override
    public List<Change> changes() {
        var changes = new ArrayList<>(List.of(NOTHING, PRECISION, TENTH, FIFTH, WORDS, GERMAN, CUT));
        if (german.isEmpty()) {
            changes.remove(GERMAN);
        }
        return changes;
    }

    @Override
    public Draw draw(SplittableRandom random) {
        var large = bySection(sections).values().stream()
                .filter(members -> members.size() >= FEWEST_OF_SECTION)
                .toList();
        var unseen = large.get(random.nextInt(large.size()));
        String section = sections.get(unseen.getFirst());
        var forWindows = IntStream.range(0, cut.length)
                .filter(i -> !sections.get(i).equals(section))
                .boxed()
                .toList();
        var others = IntStream.range(cut.length, sections.size())
                .filter(i -> !sections.get(i).equals(section))
                .boxed()
                .toList();
        var reference = rows(Population.some(others, REFERENCES.getLast(), random), embeddings);
        return new Draw() {
            @Override
            public float[][] reference() {
                return reference.toArray(float[][]::new);
            }

            @Override
            public float[][] window(Change change, int rows) {
                int foreign =
                        change == TENTH ? rows / 10 : change == FIFTH ? rows / 5 : change == GERMAN ? rows / 50 : 0;
                float[][] from =
                        change == PRECISION ? bf16 : change == CUT ? cut : change == WORDS ? words : embeddings;
                var usual = rows(Population.some(forWindows, rows - foreign, random), from);
                var strange = change == GERMAN
                        ? Population.some(german, foreign, random)
                        : rows(Population.some(unseen, foreign, random), embeddings);
                return Population.mixed(usual, strange, random);
            }
        };
    }

    /** Where the texts of each section stand. */
    static Map<String, List<Integer>> bySection(List<String> sections) {
        return IntStream.range(0, sections.size())
                .boxed()
                .collect(groupingBy(sections::get, TreeMap::new, Collectors.toList()));
    }

    private static List<float[]> rows(List<Integer> indices, float[][] from) {
        return indices.stream().map(i -> from[i]).toList();
    }
}
