package dev.millrace.bench.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Descriptions of packages of two large sections, two others each time, half of each in the reference. */
record TwoSections(List<String> sections, float[][] embeddings) implements Population {
    private static final Change MIX = new Change("two sections 50/50 to 30/70", true, 500);
    private static final List<Integer> REFERENCES = List.of(512, 1000, 2000);
    /** Half of the largest reference, more by chance, and what a window takes of it. */
    private static final int FEWEST_OF_SECTION = 1800;

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
        return List.of(MIX);
    }

    /** Whether there are two such sections. */
    boolean isPossible() {
        return large().size() >= 2;
    }

    private List<List<Integer>> large() {
        return DescribedPackages.bySection(sections).values().stream()
                .filter(members -> members.size() >= FEWEST_OF_SECTION)
                .toList();
    }

    @Override
    public Draw draw(SplittableRandom random) {
        var two = Population.some(large(), 2, random);
        var first = Population.some(two.getFirst(), FEWEST_OF_SECTION, random);
        var second = Population.some(two.getLast(), FEWEST_OF_SECTION, random);
        var reference = new ArrayList<float[]>();
        int taken = 0;
        for (int i = 0; i < REFERENCES.getLast(); i++) {
            boolean isFirst = random.nextBoolean();
            taken += isFirst ? 1 : 0;
            reference.add(embeddings[isFirst ? first.get(taken - 1) : second.get(i - taken)]);
        }
        var firstLeft = rows(first.subList(taken, first.size()));
        var secondLeft = rows(second.subList(REFERENCES.getLast() - taken, second.size()));
        return new Draw() {
            @Override
            public float[][] reference() {
                return reference.toArray(float[][]::new);
            }

            @Override
            public float[][] window(Change change, int rows) {
                int ofFirst = rows * 3 / 10;
                return Population.mixed(
                        Population.some(firstLeft, ofFirst, random),
                        Population.some(secondLeft, rows - ofFirst, random),
                        random);
            }
        };
    }

    private List<float[]> rows(List<Integer> indices) {
        return indices.stream().map(i -> embeddings[i]).toList();
    }
}
