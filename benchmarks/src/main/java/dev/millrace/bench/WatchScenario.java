package dev.millrace.bench;

import dev.millrace.bench.text.Deck;
import dev.millrace.bench.text.TextLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The watch as it runs: mails that the models were not trained on go through a whole suite, 200 windows in all as they come, and
 * two in each round with twice the share of spam. A window takes {@code --seconds}.
 */
final class WatchScenario implements Scenario.Body {
    private static final double RATE = 25;
    private static final int CALM_WINDOWS = 200;
    private static final int SHIFTED_WINDOWS = 2;
    /** In which what was planted is told. */
    private static final Duration SETTLING = Duration.ofSeconds(60);

    private static final String VARIANT = "25 mails/s";
    private static final Map<String, String> SERVICES = Map.of(
            "MILLRACE_CACHE_ENABLED", "false",
            "MILLRACE_MONITORING_DRIFT_LATENESS", "30s",
            "MILLRACE_MONITORING_DRIFT_MINIMUMROWS", "100",
            "MILLRACE_MONITORING_DRIFT_FALSEALARMEVERY", "1d");

    /** Windows one after the other. */
    private record Span(Instant from, Instant until) {}

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        var window = settings.length();
        var random = settings.random();
        var spam = new Deck<>(mails(settings, true), random);
        var ham = new Deck<>(mails(settings, false), random);
        double share = (double) spam.size() / (spam.size() + ham.size());
        Supplier<byte[]> usual = () -> (random.nextDouble() < share ? spam : ham).draw();
        Supplier<byte[]> shifted = () -> (random.nextDouble() < 2 * share ? spam : ham).draw();
        var services = new TreeMap<>(SERVICES);
        services.put("MILLRACE_MONITORING_DRIFT_WINDOW", window.toSeconds() + "s");
        return suites.with(services, target -> {
            var figures = new Figures();
            try (var posts = new Posts(target, window, random)) {
                settings.tell("warming up");
                posts.until(posts.next, usual);
                int calmWindows = 0;
                for (int round = 1; round <= settings.rounds(); round++) {
                    int windows = CALM_WINDOWS * round / settings.rounds() - calmWindows;
                    calmWindows += windows;
                    var calm = posts.windows(windows, usual);
                    var shift = posts.windows(SHIFTED_WINDOWS, shifted);
                    posts.windows((int) Math.ceilDiv(SETTLING.toMillis(), window.toMillis()), usual);
                    add(figures, calm, posts.page.judged(calm.from(), calm.until()), windows, settings);
                    add(figures, shift, posts.page.judged(shift.from(), shift.until()), settings);
                }
                figures.add("mails refused", VARIANT, "mails", posts.refused, "0");
                figures.add("accepted without result", VARIANT, "mails", posts.lost, "0");
            }
            services.put("share of spam", "%.2f, planted %.2f".formatted(share, 2 * share));
            services.put("mails", Integer.toString(spam.size() + ham.size()));
            return new Scenario.Findings(services, figures.all(), List.of());
        });
    }

    /** Posts mails, window after window without a gap, and looks at what is said of them. */
    private static final class Posts implements AutoCloseable {
        private static final Duration WARM_UP = Duration.ofSeconds(60);

        private final Duration window;
        private final RandomGenerator random;
        private final Load load;
        private final DriftPage page;
        /** The start of the window that comes next. */
        private Instant next;

        private int refused;
        private int lost;

        Posts(Suites.Target target, Duration window, RandomGenerator random) {
            this.window = window;
            this.random = random;
            load = target.load();
            page = new DriftPage(target.monitoring());
            long millis = window.toMillis();
            next = Instant.ofEpochMilli(Math.ceilDiv(System.currentTimeMillis() + WARM_UP.toMillis(), millis) * millis);
        }

        Span windows(int count, Supplier<byte[]> mails) throws IOException, InterruptedException {
            var from = next;
            for (int i = 0; i < count; i++) {
                next = next.plus(window);
                until(next, mails);
                page.look();
            }
            return new Span(from, next);
        }

        /** Returns once the results are there too, a moment later. */
        void until(Instant end, Supplier<byte[]> mails) throws InterruptedException {
            var samples = load.mails(RATE, Duration.between(Instant.now(), end), random, mails);
            for (var sample : samples) {
                if (!sample.isAccepted()) {
                    refused++;
                } else if (!sample.isPublished()) {
                    lost++;
                }
            }
        }

        @Override
        public void close() throws InterruptedException {
            page.close();
            load.close();
        }
    }

    private static void add(
            Figures figures, Span calm, List<DriftPage.Window> judged, int expected, BenchSettings settings) {
        long drifted = judged.stream().filter(DriftPage.Window::drifted).count();
        long faulty = judged.stream().filter(DriftPage.Window::faulty).count();
        figures.add("windows where nothing changed", VARIANT, "windows", expected);
        figures.add("of these judged", VARIANT, "windows", judged.size(), "all");
        figures.add("of these called drifted", VARIANT, "windows", drifted, "1 or fewer in all rounds");
        figures.add("of these called faulty", VARIANT, "windows", faulty, "0");
        figures.add(
                "mails a window, fewest",
                VARIANT,
                "mails",
                judged.stream().mapToLong(DriftPage.Window::rows).min().orElse(0));
        settings.tell(
                "from %s: %d of %d windows judged, %d drifted, %d faulty",
                calm.from(), judged.size(), expected, drifted, faulty);
    }

    private static void add(Figures figures, Span shift, List<DriftPage.Window> judged, BenchSettings settings) {
        var told = judged.stream().filter(DriftPage.Window::drifted).findFirst();
        figures.add("twice the spam is told", VARIANT, "times", told.isPresent() ? 1 : 0, "1");
        told.ifPresent(window -> {
            double after = 1.0 + Duration.between(shift.from(), window.start()).dividedBy(settings.length());
            figures.add("windows until it is told", VARIANT, "windows", after, "2 or less");
        });
        settings.tell("twice the spam: %s", told.map(DriftPage.Window::toString).orElse("not told"));
    }

    private static List<byte[]> mails(BenchSettings settings, boolean spam) throws IOException {
        var texts = settings.texts();
        var contents = new ArrayList<byte[]>();
        for (TextLine mail : texts == null ? List.<TextLine>of() : texts.mails()) {
            if (mail.group().startsWith("spam") == spam) {
                contents.add(Files.readAllBytes(Path.of(mail.content())));
            }
        }
        return contents;
    }
}
