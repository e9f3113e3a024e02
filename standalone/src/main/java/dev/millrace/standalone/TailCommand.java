package dev.millrace.standalone;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "tail",
        description = "Prints results as they arrive on the result topic (read committed), until Ctrl-C.")
final class TailCommand implements Callable<Integer> {
    @ParentCommand
    private Millrace millrace;

    @Option(names = "--from-start", description = "Begins with the oldest result that is kept.")
    private boolean fromStart;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "Ends after N results.")
    private @Nullable Integer count;

    @Option(names = "--json", description = "Prints each result's JSON as it is on the topic, one a line.")
    private boolean json;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            converter = BootstrapServers.class,
            description = "Kafka (default: that of the running suite).")
    private @Nullable String bootstrapServers;

    @Override
    public Integer call() {
        if (count != null && count < 0) {
            throw new ParameterException(Millrace.commandLine(), "--count: %d (expected: 0 or more)".formatted(count));
        }
        var console = Console.standard();
        String servers = bootstrapServers != null
                ? bootstrapServers
                : millrace.runningSuite().addresses().bootstrapServers();
        long left = count == null ? Long.MAX_VALUE : count;
        try (var results = new ResultStream(servers, fromStart, console::error)) {
            while (left > 0) {
                for (var arrival : results.poll(Duration.ofSeconds(1))) {
                    if (left-- > 0) {
                        console.print(json ? arrival.json() : line(arrival));
                    }
                }
            }
        }
        return Millrace.OK;
    }

    private static String line(ResultStream.Arrival arrival) {
        var result = arrival.result();
        return "%s  %-9s %-8s %6s  %-8s %8s"
                .formatted(
                        result.id(),
                        result.status(),
                        result.label() == null ? "-" : result.label(),
                        SampleRound.score(result),
                        SampleRound.model(result),
                        StepPrinter.format(Duration.between(result.acceptedAt(), result.publishedAt())));
    }
}
