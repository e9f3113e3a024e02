package dev.millrace.drift.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.RowFacts.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows of mails as the corpus has them: 0.7 % with garbled signs, 1.4 % with tags, lengths that repeat now and then. */
class FaultJudgeTests {
    private static final int ROWS = 500;
    private static final int REFERENCE = 2900;
    private static final Judge JUDGE = new Judge(200, 3.9e-5);
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private final SplittableRandom random = new SplittableRandom(9);
    private final Profile profile = profile();

    private record Mail(UUID id, Map<String, Double> values, RowFacts facts) {
        Mail with(Fault fault) {
            return new Mail(id, values, facts.with(fault));
        }

        Mail with(String series, double value) {
            var changed = new HashMap<>(values);
            changed.put(series, value);
            return new Mail(id, changed, facts);
        }

        Mail ofLength(int text, int content) {
            return with("text_length", text).ofLengths(text, content);
        }

        /** The same values of another body; negative is unknown. */
        Mail ofLengths(int body, int content) {
            return new Mail(
                    id, values, new RowFacts(facts.kind(), facts.faults(), true, facts.fingerprint(), body, content));
        }
    }

    @Test
    void namesNothingInAThousandCleanWindows() {
        int named = 0;
        for (int i = 0; i < 1000; i++) {
            named += faults(mails(ROWS)).size();
        }

        assertThat(named).isZero();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void namesAFaultOfFivePerCentOfTheRowsAndNoOther(Fault fault) {
        for (int i = 0; i < 20; i++) {
            var mails = mails(ROWS);
            for (int j = 0; j < ROWS / 20; j++) {
                mails.set(20 * j, spoil(fault, mails).apply(mails.get(20 * j)));
            }

            assertThat(faults(mails))
                    .as("window %d", i)
                    .extracting(FaultReport::fault)
                    .containsExactly(fault);
        }
    }

    @Test
    void saysWhereAndHowMuchAndWhichUploads() {
        var mails = mails(ROWS);
        for (int i = 0; i < 25; i++) {
            mails.set(i, mails.get(i).with("links", Double.NaN));
        }

        var fault = faults(mails).getFirst();

        assertThat(fault.rows()).isEqualTo(25);
        assertThat(fault.share()).isEqualTo(0.05);
        assertThat(fault.pValue()).isLessThan(1e-6);
        assertThat(fault.where()).containsExactly("links");
        assertThat(fault.examples())
                .hasSize(10)
                .isSubsetOf(mails.subList(0, 25).stream()
                        .map(mail -> mail.id().toString())
                        .toList());
    }

    @Test
    void namesALengthAtWhichContentsAreCut() {
        var mails = mails(ROWS);
        for (int i = 0; i < 25; i++) {
            mails.set(i, mails.get(i).ofLength(100 + 3 * i, 2048));
        }

        assertThat(faults(mails).getFirst().where()).containsExactly("content_length 2048");
    }

    @Test
    void saysOfThePartThatIsCutWorseHowMuchOfIt() {
        var mails = mails(1000);
        for (int i = 0; i < 700; i++) {
            int content = i < 120 ? 2048 : mails.get(i).facts().contentLength();
            mails.set(i, mails.get(i).ofLengths(i < 60 ? 512 : -1, content));
        }

        var fault = faults(mails).getFirst();

        assertThat(fault.fault()).isEqualTo(Fault.TRUNCATION);
        assertThat(fault.where()).containsExactly("body_length 512", "content_length 2048");
        // Of the 360 rows whose body is known.
        assertThat(fault.rows()).isBetween(58L, 62L);
        assertThat(fault.share()).isBetween(58.0 / 360, 62.0 / 360);
    }

    @Test
    void namesNoLengthThatManyLengthsAreCountedAs() {
        var mails = mails(ROWS);
        for (int i = 0; i < 25; i++) {
            // What is read of a text ends at 200,000; 70,000 is 4,464 beyond the buckets.
            mails.set(i, mails.get(i).ofLengths(200_000, 70_000));
        }

        assertThat(faults(mails)).isEmpty();
    }

    @Test
    void findsOneContentAmongVeryMany() {
        var mails = mails(30_000);
        for (int i = 0; i < 1500; i++) {
            mails.set(i, repeated(mails.get(i), mails.getLast()));
        }

        assertThat(faults(mails)).extracting(FaultReport::fault).containsExactly(Fault.DUPLICATES);
        assertThat(faults(mails).getFirst().rows()).isBetween(1250L, 1750L);
        assertThat(faults(mails(30_000))).isEmpty();
    }

    @Test
    void callsNoClockWrongWhereThePipelineIsBehind() {
        var mails = mails(ROWS);
        mails.replaceAll(mail -> mail.with(Fault.TIMESTAMP_SKEW));

        assertThat(faults(mails)).isEmpty();
    }

    @Test
    void saysNothingOfFewRows() {
        var mails = mails(199);
        mails.replaceAll(mail -> mail.with(Fault.EMPTY_TEXT));

        assertThat(faults(mails)).isEmpty();
    }

    @Test
    void callsValuesThatAllMovedToOnePlaceNoneThatNeverChanges() {
        var even = new Profile(
                List.of(SeriesProfile.of("share", random.doubles(2000).toArray())));
        int named = 0;
        for (int i = 0; i < 1000; i++) {
            var moved = new WindowCounts(even);
            var stuck = new WindowCounts(even);
            for (int row = 0; row < 200; row++) {
                double share = 0.9 + 0.1 * random.nextDouble();
                add(moved, share);
                add(stuck, row % 10 == 0 ? 0.91234 : share);
            }
            named += constants(moved);
            assertThat(constants(stuck)).isEqualTo(1);
        }

        assertThat(named).isZero();
    }

    @Test
    void callsMoreOfARareLabelNoneThatNeverChanges() {
        var window = new WindowCounts(rarely(FaultCounts.LABEL));
        var other = new WindowCounts(rarely("flag"));
        for (int row = 0; row < ROWS; row++) {
            add(window, FaultCounts.LABEL, row % 10 == 0 ? 1 : 0);
            add(other, "flag", row % 10 == 0 ? 1 : 0);
        }

        assertThat(constants(window)).isZero();
        assertThat(constants(other)).isEqualTo(1);
    }

    /** A series of 0 and 1 that is 1 once in 500 rows. */
    private static Profile rarely(String series) {
        return new Profile(List.of(SeriesProfile.of(
                series,
                IntStream.range(0, 2000)
                        .mapToDouble(row -> row % 500 == 0 ? 1 : 0)
                        .toArray())));
    }

    private void add(WindowCounts window, double share) {
        add(window, "share", share);
    }

    private void add(WindowCounts window, String series, double value) {
        var facts = new RowFacts(Kind.INPUT, Set.of(), true, random.nextLong(), -1, -1);
        window.add(new UUID(random.nextLong(), random.nextLong()), Map.of(series, value), facts);
    }

    private static long constants(WindowCounts window) {
        return JUDGE.report("spam/2", START, START.plusSeconds(300), window).faults().stream()
                .filter(fault -> fault.fault() == Fault.CONSTANT_COLUMN)
                .count();
    }

    private UnaryOperator<Mail> spoil(Fault fault, List<Mail> mails) {
        return switch (fault) {
            case NULLS -> mail -> mail.with("links", Double.NaN);
            case UNIT_CHANGE ->
                mail -> mail.with("density", 1000 * Math.max(0.01, mail.values().getOrDefault("density", 0.0)));
            case TRUNCATION -> mail -> mail.ofLength(512, mail.facts().contentLength());
            case DUPLICATES -> mail -> repeated(mail, mails.getLast());
            case CONSTANT_COLUMN -> mail -> mail.with("density", 0.4321);
            case EMPTY_TEXT -> mail -> mail.ofLength(0, 3).with(fault);
            case TYPE_FLIP,
                    MOJIBAKE,
                    HTML_IN_TEXT,
                    TIMESTAMP_SKEW,
                    UNKNOWN_CATEGORY,
                    INVALID_EMBEDDING,
                    OTHER_DIMENSION -> mail -> mail.with(fault);
        };
    }

    private static Mail repeated(Mail mail, Mail original) {
        return new Mail(mail.id(), original.values(), original.facts());
    }

    private List<FaultReport> faults(List<Mail> mails) {
        var window = new WindowCounts(profile);
        mails.forEach(mail -> window.add(mail.id(), mail.values(), mail.facts()));
        return JUDGE.report("spam/2", START, START.plusSeconds(300), window).faults();
    }

    private List<Mail> mails(int count) {
        return new ArrayList<>(IntStream.range(0, count).mapToObj(_ -> mail()).toList());
    }

    private Mail mail() {
        int body = (int) Math.exp(normal() + 7);
        int length = Math.min(8192, body);
        double links = random.nextDouble() < 0.4 ? 0 : Math.floor(-5 * Math.log(random.nextDouble()));
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        if (random.nextDouble() < 0.007) {
            faults.add(Fault.MOJIBAKE);
        }
        if (random.nextDouble() < 0.014) {
            faults.add(Fault.HTML_IN_TEXT);
        }
        return new Mail(
                new UUID(random.nextLong(), random.nextLong()),
                Map.of(
                        "text_length",
                        (double) length,
                        "links",
                        links,
                        "density",
                        random.nextDouble() < 0.3 ? 0 : Math.exp(normal() / 2 - 2),
                        "reply",
                        random.nextDouble() < 0.38 ? 1.0 : 0.0,
                        "mean_word_length",
                        4.5 + normal()),
                new RowFacts(Kind.INPUT, faults, true, random.nextLong(), body, body + random.nextInt(900, 3000)));
    }

    private double normal() {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    private Profile profile() {
        var reference = mails(REFERENCE);
        return new Profile(List.of("text_length", "links", "density", "reply", "mean_word_length").stream()
                .map(name -> SeriesProfile.of(
                        name,
                        reference.stream()
                                .mapToDouble(mail -> mail.values().getOrDefault(name, Double.NaN))
                                .toArray()))
                .toList());
    }
}
