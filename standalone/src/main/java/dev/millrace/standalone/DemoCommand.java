package dev.millrace.standalone;

import dev.millrace.standalone.suite.Suite;
import java.time.Duration;
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

    @Override
    public Integer call() throws Exception {
        long begin = System.nanoTime();
        var console = Console.standard();
        console.print(console.bold("Millrace demo: one Kafka, one Redis, five services on this machine"));
        return runner.run(millrace, console, suite -> {
            boolean right = postSamples(suite, console, begin);
            new Directions(console).print(suite.addresses(), suite.folder().path());
            if (exit) {
                return right ? Millrace.OK : Millrace.NOT_AS_ASKED;
            }
            console.print("\nCtrl-C ends it. Meanwhile, elsewhere: ./millrace send FILE.eml --wait");
            return SuiteRunner.serve(suite);
        });
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
