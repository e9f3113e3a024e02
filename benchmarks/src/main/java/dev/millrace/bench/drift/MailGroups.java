package dev.millrace.bench.drift;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Mails: easy ham and the first collection of spam, one mail in nine. */
record MailGroups(List<String> groups, float[][] embeddings) implements Population {
    private static final String HARD_HAM = "hard-ham-1";
    private static final String SPAM = "spam-1";
    private static final String OTHER_SPAM = "spam-2";
    private static final Change NOTHING = new Change("nothing", false, 0);
    private static final Change OTHER = new Change("all spam of the other collection", true, 0);
    private static final Change MORE_OTHER = new Change("20 % spam of the other collection", true, 0);
    private static final Change TENTH_HARD = new Change("10 % hard ham", true, 0);
    private static final Change FIFTH_HARD = new Change("20 % hard ham", true, 0);
    /** There are 4,400 mails, and a window takes 1,000. */
    private static final List<Integer> REFERENCES = List.of(512, 1000, 2000);

    @Override
    public String title() {
        return "mails";
    }

    @Override
    public List<Integer> references() {
        return REFERENCES;
    }

    @Override
    public List<Change> changes() {
        return List.of(NOTHING, OTHER, MORE_OTHER, TENTH_HARD, FIFTH_HARD);
    }

    @Override
    public Draw draw(SplittableRandom random) {
        var usual = IntStream.range(0, groups.size())
                .filter(i -> !groups.get(i).equals(HARD_HAM) && !groups.get(i).equals(OTHER_SPAM))
                .boxed()
                .toList();
        var shuffled = Population.some(usual, usual.size(), random);
        int most = REFERENCES.getLast();
        var left = shuffled.subList(most, shuffled.size());
        return new Draw() {
            @Override
            public float[][] reference() {
                return rows(shuffled.subList(0, most)).toArray(float[][]::new);
            }

            @Override
            public float[][] window(Change change, int rows) {
                int foreign =
                        change == MORE_OTHER || change == FIFTH_HARD ? rows / 5 : change == TENTH_HARD ? rows / 10 : 0;
                var chosen = Population.some(left, rows - foreign, random);
                if (change == OTHER) {
                    chosen = chosen.stream()
                            .filter(i -> !groups.get(i).equals(SPAM))
                            .toList();
                    foreign = rows - chosen.size();
                }
                String group = change == OTHER || change == MORE_OTHER ? OTHER_SPAM : HARD_HAM;
                return Population.mixed(rows(chosen), rows(Population.some(of(group), foreign, random)), random);
            }
        };
    }

    private List<Integer> of(String group) {
        return IntStream.range(0, groups.size())
                .filter(i -> groups.get(i).equals(group))
                .boxed()
                .toList();
    }

    private List<float[]> rows(List<Integer> indices) {
        return indices.stream().map(i -> embeddings[i]).toList();
    }
}
