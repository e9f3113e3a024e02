package dev.millrace.standalone;

import dev.millrace.standalone.suite.Suite;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "demo",
        description =
                "Starts the suite, posts 24 sample mails, prints each result as it arrives on the result topic, and"
                        + " stays until Ctrl-C.")
final class DemoCommand implements Callable<Integer> {
    /** How long to wait for the next result. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** An alarm takes a window, its lateness and a few seconds; on a busy machine more. */
    private static final Duration ALARM = Duration.ofMinutes(3);

    @ParentCommand
    private Millrace millrace;

    @Mixin
    private SuiteRunner runner;

    @Option(
            names = "--exit",
            description =
                    "Ends when the results are in: with status 0 only if each sample got exactly one, and the clear-cut"
                            + " ones the right label.")
    private boolean exit;

    @Option(
            names = "--drift",
            description =
                    "Then posts mails unlike those of training (spam, other languages, long ones) until the dashboard raises an"
                            + " alarm, with windows of 10 s; ends with status 1 if none comes within three minutes.")
    private boolean drift;

    @Override
    public Integer call() throws Exception {
        long begin = System.nanoTime();
        var console = Console.standard();
        console.print(console.bold("Millrace demo: one Kafka, one Redis, five services on this machine"));
        var settings = drift ? DriftWave.SHORT_WINDOWS : Map.<String, String>of();
        return runner.run(millrace.folder(), millrace.addresses(), settings, console, suite -> {
            boolean right = postSamples(suite, console, begin);
            new Directions(console).print(suite.addresses(), suite.folder().path());
            if (drift && !shiftTraffic(suite, console)) {
                return Millrace.NOT_AS_ASKED;
            }
            if (exit) {
                return right ? Millrace.OK : Millrace.NOT_AS_ASKED;
            }
            console.print("\nCtrl-C ends it. Meanwhile, elsewhere: ./millrace send FILE.eml --wait");
            return SuiteRunner.serve(suite);
        });
    }

    private static boolean shiftTraffic(Suite suite, Console console) throws InterruptedException {
        String dashboard = suite.addresses().dashboard() + "#drift";
        console.print(
                "%n%s",
                console.bold("Now the traffic shifts: a wave of spam, German and Japanese mails, and long ones"));
        console.print(
                "  Watch %s: each window of 10 s becomes a bar, and one beyond the dashed line is an alarm.",
                dashboard);
        var wave = new DriftWave(suite.addresses(), console::transientLine);
        var alarm = wave.untilAlarm(ALARM);
        if (suite.failure().isDone()) {
            throw suite.failure().join();
        }
        if (alarm.isEmpty()) {
            console.print(
                    "%n  %s  no alarm within %s: %d mails were answered, at most %d of one window (%d are needed)",
                    console.red("FAILED"), StepPrinter.format(ALARM), wave.answered(), wave.mostRows(), DriftWave.ROWS);
            return false;
        }
        var found = alarm.get();
        console.print(
                "%n  %s  %s: %d of %d series are not as in training, in the window %tT to %tT (%d mails)",
                console.red("ALARM"),
                found.model(),
                found.drifted(),
                found.series(),
                found.start().atZone(ZoneId.systemDefault()),
                found.end().atZone(ZoneId.systemDefault()),
                found.rows());
        for (var change : found.most()) {
            console.print(
                    "         %-24s %s, effect %+.2f, %3.0f %% of the evidence",
                    change.series().replace('_', ' '), change.direction(), change.effect(), 100 * change.share());
        }
        console.print("  The notice at the top of %s leads to what changed: each series beside training.", dashboard);
        return true;
    }

    private static boolean postSamples(Suite suite, Console console, long begin) {
        var samples = Samples.all();
        var round = new SampleRound(console, samples);
        try (var client = new UploadClient(suite.addresses().api());
                var results = new ResultStream(suite.addresses().bootstrapServers(), false, console::error)) {
            for (var sample : samples) {
                round.posted(
                        client.post(sample.content(), "message/rfc822", "spam", false)
                                .id(),
                        sample);
            }
            console.print(
                    "%n  %d sample mails posted to %s/v1/uploads%n",
                    samples.size(), suite.addresses().api());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!round.isComplete()
                    && System.nanoTime() < deadline
                    && !suite.failure().isDone()) {
                var arrivals = results.poll(Duration.ofMillis(200));
                if (round.arrived(arrivals, Duration.ofNanos(System.nanoTime() - begin))) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                }
            }
            // A second result of any of them would come right behind.
            round.arrived(results.poll(Duration.ofMillis(500)), Duration.ofNanos(System.nanoTime() - begin));
        }
        if (suite.failure().isDone()) {
            throw suite.failure().join();
        }
        return round.summarise();
    }
}
