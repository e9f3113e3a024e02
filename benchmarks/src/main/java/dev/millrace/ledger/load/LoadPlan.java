package dev.millrace.ledger.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Every upload of a run, and when it is to be sent, all from a seed. Uploads come as strangers' do: independently of each
 * other (a Poisson process), and whether or not the ones before are answered.
 */
public final class LoadPlan {
    private static final int KEYS = 40;
    private static final int KEYED_PERCENT = 30;
    private static final int IMPATIENT_PERCENT = 3;

    private final List<Text> texts;
    private final List<Planned> uploads;

    private LoadPlan(List<Text> texts, List<Planned> uploads) {
        this.texts = List.copyOf(texts);
        this.uploads = List.copyOf(uploads);
    }

    /**
     * One upload to come.
     *
     * @param at when it is to be sent, nanoseconds since the begin
     * @param order number among the uploads of its key, from 0
     * @param text index of its text
     * @param patient whether its client tries again; else it gives up at the first failure
     */
    record Planned(int number, long at, @Nullable String key, int order, int text, boolean patient) {}

    /**
     * @param records how many
     * @param length of the run
     * @param fresh how many in a hundred carry a text that none before carried; the others repeat an earlier one
     */
    public static LoadPlan of(int records, Duration length, int fresh, long seed) {
        if (fresh < 0 || fresh > 100) {
            throw new IllegalArgumentException("fresh: %d (expected: 0 to 100)".formatted(fresh));
        }
        var random = random(seed);
        var maker = new Texts(random);
        var texts = new ArrayList<Text>();
        var orders = new HashMap<String, Integer>();
        var uploads = new ArrayList<Planned>();
        // The arrivals of a Poisson process, given their number, are independent and uniform.
        long[] times =
                random.longs(records, 0, Math.max(1, length.toNanos())).sorted().toArray();
        for (int number = 0; number < records; number++) {
            int text;
            if (texts.isEmpty() || random.nextInt(100) < fresh) {
                text = texts.size();
                texts.add(maker.next());
            } else {
                text = random.nextInt(texts.size());
            }
            String key = random.nextInt(100) < KEYED_PERCENT ? "customer-" + random.nextInt(KEYS) : null;
            int order = key == null ? 0 : orders.merge(key, 1, Integer::sum) - 1;
            boolean patient = random.nextInt(100) >= IMPATIENT_PERCENT;
            uploads.add(new Planned(number, times[number], key, order, text, patient));
        }
        return new LoadPlan(texts, uploads);
    }

    public int size() {
        return uploads.size();
    }

    /** How many texts differ. */
    public int texts() {
        return texts.size();
    }

    List<Planned> uploads() {
        return uploads;
    }

    Text text(Planned upload) {
        return texts.get(upload.text());
    }

    /** The generator that everything in a run is made from. */
    public static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
