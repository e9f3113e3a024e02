package dev.millrace.bench;

import dev.millrace.bench.text.TextLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The watch as it runs: mails that the models were not trained on go through a whole suite as they come, 200 windows in all, and
 * with twice the share of spam for two windows in each round. A window takes {@code --seconds}.
 */
final class WatchScenario implements Scenario.Body {
    private static final double RATE = 25;
    private static final int CALM_WINDOWS = 200;
    private static final int SHIFTED_WINDOWS = 2;
    /** In which what was planted is told, and its alert is over again. */
    private static final int SETTLING_WINDOWS = 7;

    private static final String VARIANT = "25 mails/s";

    /** Mails in another order each time round, so that a window has no repeats. */
    private static final class Posts {
        private final RandomGenerator random;
        private final List<byte[]> mails;
        private int next;

        Posts(RandomGenerator random, List<byte[]> mails) {
            this.random = random;
            this.mails = new ArrayList<>(mails);
        }

        byte[] next() {
            int at = next++ % mails.size();
            if (at == 0) {
                Collections.shuffle(mails, random);
            }
            return mails.get(at);
        }
    }

    @Override
    public Scenario.Findings run(Suites suites, BenchSettings settings) throws Exception {
        var texts = settings.texts();
        var mails = texts == null
                ? List.<TextLine>of()
                : texts.mails().stream().filter(WatchScenario::isHeldOut).toList();
        var spam =
                mails.stream().filter(mail -> mail.group().startsWith("spam")).toList();
        if (spam.isEmpty()) {
            throw new IllegalArgumentException("corpus: none (expected: --corpus)");
        }
        var random = settings.random();
        var usual = new Posts(random, contents(mails));
        var more = new Posts(random, contents(spam));
        double share = (double) spam.size() / mails.size();
        // Of the others a share is spam anyhow.
        double planted = share / (1 - share);
        Supplier<byte[]> shifted = () -> (random.nextDouble() < planted ? more : usual).next();
        var services = Map.of(
                "MILLRACE_CACHE_ENABLED", "false",
                "MILLRACE_MONITORING_DRIFT_WINDOW", settings.length().toSeconds() + "s",
                "MILLRACE_MONITORING_DRIFT_LATENESS", "5s",
                "MILLRACE_MONITORING_DRIFT_MINIMUMROWS", "50",
                "MILLRACE_MONITORING_DRIFT_FALSEALARMEVERY", "1d");
        return suites.with(services, target -> {
            var figures = new Figures();
            var page = new DriftPage(target.monitoring());
            var watch = new Watch(target, page, settings, random);
            watch.post(5, usual::next);
            for (int round = 1; round <= settings.rounds(); round++) {
                var calm = watch.post(CALM_WINDOWS / settings.rounds(), usual::next);
                var shift = watch.post(SHIFTED_WINDOWS, shifted);
                watch.post(SETTLING_WINDOWS, usual::next);
                add(figures, page, calm, shift, settings);
            }
            return new Scenario.Findings(
                    Map.of(
                            "mails", Integer.toString(mails.size()),
                            "share of spam", "%.2f, planted %.2f".formatted(share, 2 * share)),
                    figures.all(),
                    List.of());
        });
    }

    /** From the start of a window to that of another. */
    private record Span(Instant from, Instant until) {}

    private record Watch(Suites.Target target, DriftPage page, BenchSettings settings, RandomGenerator random) {
        /** Posts for so many windows, from the start of the next, and looks at the page meanwhile. */
        Span post(int windows, Supplier<byte[]> mails) throws IOException, InterruptedException {
            var window = settings.length();
            long millis = window.toMillis();
            var from = Instant.ofEpochMilli(Math.ceilDiv(System.currentTimeMillis(), millis) * millis);
            try (var load = target.load()) {
                for (int i = 1; i <= windows; i++) {
                    var until = from.plus(window.multipliedBy(i));
                    var unused = load.mails(RATE, Duration.between(Instant.now(), until), random, mails);
                    page.look();
                }
            }
            return new Span(from, from.plus(window.multipliedBy(windows)));
        }
    }

    private static void add(Figures figures, DriftPage page, Span calm, Span shift, BenchSettings settings) {
        var windows = page.windows(calm.from(), calm.until());
        figures.add("windows where nothing changed", VARIANT, "windows", windows.size());
        figures.add(
                "uploads a window, median",
                VARIANT,
                "uploads",
                windows.stream()
                        .mapToLong(DriftPage.Window::rows)
                        .sorted()
                        .skip(windows.size() / 2)
                        .findFirst()
                        .orElse(0));
        var falseAlerts = page.alerts(calm.from(), calm.until()).toList();
        figures.add("alerts where nothing changed", VARIANT, "alerts", falseAlerts.size(), "1 or fewer in all rounds");
        falseAlerts.forEach(alert -> settings.tell("false alert: %s", alert));
        var told = page.alerts(shift.from(), shift.until().plus(settings.length()))
                .filter(alert -> alert.about().equals("drift"))
                .findFirst();
        double after = told.map(alert ->
                        1.0 + Duration.between(shift.from(), alert.start()).dividedBy(settings.length()))
                .orElse(Double.NaN);
        figures.add("windows until twice the spam is told", VARIANT, "windows", after, "2 or less");
        settings.tell(
                "%d windows where nothing changed: %d alerts; twice the spam was told in window %.0f",
                windows.size(), falseAlerts.size(), after);
    }

    /** Of mails with even numbers the models were made. */
    private static boolean isHeldOut(TextLine mail) {
        var name = Path.of(mail.content()).getFileName();
        return name != null && Integer.parseInt(name.toString().substring(0, 5)) % 2 == 1;
    }

    private static List<byte[]> contents(List<TextLine> mails) throws IOException {
        var contents = new ArrayList<byte[]>();
        for (var mail : mails) {
            contents.add(Files.readAllBytes(Path.of(mail.content())));
        }
        return contents;
    }
}
