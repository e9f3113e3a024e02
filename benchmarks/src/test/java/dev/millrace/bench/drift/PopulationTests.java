package dev.millrace.bench.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.drift.Population.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row holds what was done to it and which text it is, so that windows can be looked into. */
class PopulationTests {
    private static final int SECTIONS = 10;
    private static final int FOR_WINDOWS = 2500;

    private static float[][] rows(int what, int count) {
        return IntStream.range(0, count).mapToObj(i -> new float[] {what, i}).toArray(float[][]::new);
    }

    private static final List<String> PACKAGES =
            IntStream.range(0, 20_000).mapToObj(i -> "s" + i % SECTIONS).toList();

    private static Population packages(float[]... german) {
        return new DescribedPackages(
                PACKAGES,
                rows(0, PACKAGES.size()),
                rows(1, FOR_WINDOWS),
                rows(2, FOR_WINDOWS),
                rows(3, FOR_WINDOWS),
                List.of(german));
    }

    private static Change change(Population population, String title) {
        return population.changes().stream()
                .filter(change -> change.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    private static Set<Integer> sections(float[][] rows) {
        var sections = new HashSet<Integer>();
        Arrays.stream(rows).forEach(row -> sections.add((int) row[1] % SECTIONS));
        return sections;
    }

    private static long done(float[][] rows, int what) {
        return Arrays.stream(rows).filter(row -> row[0] == what).count();
    }

    private static void assertApart(float[][] reference, float[][] window) {
        var texts = new ArrayList<Integer>();
        Arrays.stream(reference).forEach(row -> texts.add((int) row[1]));
        Arrays.stream(window).filter(row -> row[0] != 9).forEach(row -> texts.add((int) row[1]));
        assertThat(texts).doesNotHaveDuplicates();
    }

    @Test
    void hidesOneSectionUntilItComes() {
        var packages = packages();
        var draw = packages.draw(new SplittableRandom(1));
        var reference = draw.reference();
        var calm = draw.window(change(packages, "nothing"), 500);
        var drifted = draw.window(change(packages, "10 % of an unseen section"), 500);

        assertThat(reference).hasDimensions(5000, 2);
        assertThat(sections(reference)).hasSize(SECTIONS - 1).isEqualTo(sections(calm));
        assertThat(Arrays.stream(drifted).filter(row -> !sections(reference).contains((int) row[1] % SECTIONS)))
                .hasSize(50);
        assertApart(reference, calm);
        assertApart(reference, drifted);
    }

    @Test
    void changesTheTextsOfAWindowAlone() {
        var packages = packages(rows(9, 300));
        var draw = packages.draw(new SplittableRandom(1));

        assertThat(done(draw.reference(), 0)).isEqualTo(5000);
        assertThat(done(draw.window(change(packages, "bf16 for fp32"), 200), 1)).isEqualTo(200);
        assertThat(done(draw.window(change(packages, "cut to 16 tokens"), 200), 2))
                .isEqualTo(200);
        assertThat(done(draw.window(change(packages, "5 % of the words replaced"), 200), 3))
                .isEqualTo(200);
        assertThat(done(draw.window(change(packages, "2 % in German"), 200), 9)).isEqualTo(4);
    }

    @Test
    void doesWithoutGerman() {
        assertThat(packages().changes()).noneMatch(change -> change.title().contains("German"));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 1000})
    void changesTheMixOfTwoSections(int count) {
        var two = new TwoSections(PACKAGES, rows(0, PACKAGES.size()));
        var draw = two.draw(new SplittableRandom(2));
        var window = draw.window(two.changes().getFirst(), count);
        int first = (int) window[0][1] % SECTIONS;
        double share = (double) Arrays.stream(window)
                        .filter(row -> (int) row[1] % SECTIONS == first)
                        .count()
                / count;

        assertThat(sections(draw.reference())).hasSize(2).isEqualTo(sections(window));
        assertThat(share).isIn(0.3, 0.7);
        assertThat((double) Arrays.stream(draw.reference())
                                .filter(row -> (int) row[1] % SECTIONS == first)
                                .count()
                        / draw.reference().length)
                .isBetween(0.45, 0.55);
        assertApart(draw.reference(), window);
    }

    @Test
    void changesTheGroupsOfMails() {
        var groups = new ArrayList<String>();
        for (int i = 0; i < 4500; i++) {
            groups.add(i % 9 == 0 ? "spam-1" : "easy-ham-1");
        }
        IntStream.range(0, 1400).forEach(i -> groups.add("spam-2"));
        IntStream.range(0, 250).forEach(i -> groups.add("hard-ham-1"));
        var mails = new MailGroups(groups, rows(0, groups.size()));
        var draw = mails.draw(new SplittableRandom(3));

        assertThat(of(groups, draw.reference())).containsExactlyInAnyOrder("spam-1", "easy-ham-1");
        for (var change : mails.changes()) {
            assertApart(draw.reference(), draw.window(change, 1000));
        }
        assertThat(of(groups, draw.window(change(mails, "all spam of the other collection"), 1000)))
                .containsExactlyInAnyOrder("spam-2", "easy-ham-1");
        assertThat(Arrays.stream(draw.window(change(mails, "20 % hard ham"), 1000))
                        .filter(row -> groups.get((int) row[1]).equals("hard-ham-1")))
                .hasSize(200);
        assertThat(Arrays.stream(draw.window(change(mails, "20 % spam of the other collection"), 500))
                        .filter(row -> groups.get((int) row[1]).equals("spam-2")))
                .hasSize(100);
    }

    private static Set<String> of(List<String> groups, float[][] rows) {
        var found = new HashSet<String>();
        Arrays.stream(rows).forEach(row -> found.add(groups.get((int) row[1])));
        return found;
    }
}
