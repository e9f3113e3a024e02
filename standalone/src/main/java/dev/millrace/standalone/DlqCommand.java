package dev.millrace.standalone;

import dev.millrace.standalone.letters.DeadLetterBox;
import dev.millrace.standalone.letters.DeadLetterBox.Finding;
import dev.millrace.standalone.letters.DeadLetterFilter;
import dev.millrace.standalone.suite.SuiteException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

@Command(
        name = "dlq",
        description = "Lists dead letters, and sends their uploads again.",
        synopsisSubcommandLabel = "COMMAND")
final class DlqCommand {
    @ParentCommand
    private Millrace millrace;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:SPRING_KAFKA_BOOTSTRAP_SERVERS}",
            converter = BootstrapServers.class,
            description = "Kafka (default: $SPRING_KAFKA_BOOTSTRAP_SERVERS, else that of the running suite).")
    private @Nullable String bootstrapServers;

    /** Which letters are meant. */
    private static final class Choice {
        @Option(names = "--stage", paramLabel = "NAME", description = "Service that gave up: feature, inference, …")
        private @Nullable String stage;

        @Option(names = "--code", paramLabel = "CODE", description = "Why, for example UNDECODABLE_RECORD.")
        private @Nullable String code;

        @Option(names = "--model", paramLabel = "DIGEST", description = "Begin of the digest of the model in use.")
        private @Nullable String model;

        @Option(names = "--upload", paramLabel = "ID", description = "One upload.")
        private @Nullable UUID upload;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                converter = TimeAgo.class,
                defaultValue = TimeAgo.EVER,
                description = "Not older: 2026-11-23T08:00:00Z, or a time ago such as 30m, 2h, 7d (default: all).")
        private Instant since;

        @Option(
                names = "--until",
                paramLabel = "TIME",
                converter = TimeAgo.class,
                description = "Older, in the same form (default: now).")
        private @Nullable Instant until;

        DeadLetterFilter filter() {
            return new DeadLetterFilter(
                    stage,
                    code == null ? null : code.toUpperCase(Locale.ROOT),
                    model,
                    upload,
                    since,
                    until == null ? Instant.now().plusSeconds(1) : until);
        }
    }

    @Command(
            name = "list",
            description =
                    "Prints a line for each letter, the oldest first: when, stage, code, upload and attempt, what went"
                            + " wrong, and why it cannot be sent again if it cannot.")
    int list(@Mixin Choice choice) {
        return with(box -> {
            var console = Console.standard();
            var findings = box.find(choice.filter());
            findings.forEach(finding -> console.print(line(finding)));
            console.print(
                    "%,d letters, %,d can be sent again",
                    findings.size(),
                    findings.stream()
                            .filter(finding -> finding.obstacle() == null)
                            .count());
            return Millrace.OK;
        });
    }

    @Command(
            name = "replay",
            description =
                    "Sends the uploads of letters again, each as its next attempt, which has exactly one result too."
                            + " Letters that cannot be sent again are passed over. It may be run twice.")
    int replay(
            @Mixin Choice choice,
            @Option(
                            names = "--rate",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "Uploads a second (default: ${DEFAULT-VALUE}).")
                    double rate,
            @Option(names = "--dry-run", description = "Only says what would be sent.") boolean dryRun) {
        if (!(rate > 0)) {
            throw new ParameterException(Millrace.commandLine(), "--rate: %s (expected: more than 0)".formatted(rate));
        }
        return with(box -> {
            var console = Console.standard();
            var findings = box.find(choice.filter()).stream()
                    .filter(finding -> finding.obstacle() == null)
                    .toList();
            int sent = 0;
            int failed = 0;
            long begin = System.nanoTime();
            for (var finding : findings) {
                if (dryRun) {
                    console.print("would send  %s", line(finding));
                    continue;
                }
                waitUntil(begin + (long) (1e9 * (sent + failed) / rate));
                try {
                    box.replay(finding.letter());
                    sent++;
                    console.transientLine("%,d of %,d".formatted(sent + failed, findings.size()));
                } catch (IllegalStateException e) {
                    failed++;
                    console.error(String.valueOf(e.getMessage()));
                }
            }
            console.transientLine("");
            console.print(dryRun ? "%,d would be sent" : "%,d sent, %,d not", dryRun ? findings.size() : sent, failed);
            return failed == 0 ? Millrace.OK : Millrace.NOT_AS_ASKED;
        });
    }

    private static void waitUntil(long time) {
        try {
            Thread.sleep(Duration.ofNanos(Math.max(0, time - System.nanoTime())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String line(Finding finding) {
        var letter = finding.letter();
        return "%s  %-13s %-20s %s/%d  %s%s"
                .formatted(
                        letter.writtenAt(),
                        letter.stage(),
                        letter.code(),
                        letter.upload() == null ? "-" : letter.upload(),
                        letter.attempt(),
                        letter.detail(),
                        finding.obstacle() == null ? "" : "  [not to be sent: " + finding.obstacle() + "]");
    }

    private int with(ToIntFunction<DeadLetterBox> work) {
        String servers = bootstrapServers != null
                ? bootstrapServers
                : millrace.runningSuite().addresses().bootstrapServers();
        try (var box = new DeadLetterBox(servers)) {
            return work.applyAsInt(box);
        } catch (KafkaException | IllegalStateException e) {
            throw new SuiteException(
                    String.valueOf(e.getMessage()),
                    "is Kafka at %s up, with its topics (./millrace topics apply)?".formatted(servers));
        }
    }
}
