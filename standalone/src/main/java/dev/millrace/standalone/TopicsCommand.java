package dev.millrace.standalone;

import dev.millrace.contract.TopicCatalog;
import dev.millrace.sandbox.TopicAdministration;
import dev.millrace.standalone.suite.SuiteException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

@Command(name = "topics", description = "Works with the topics.", synopsisSubcommandLabel = "COMMAND")
final class TopicsCommand {
    @ParentCommand
    private Millrace millrace;

    @Command(
            name = "apply",
            description =
                    "Creates the topics that are missing and brings the settings of the others to what topics.yaml says."
                            + " A topic with another number of partitions is an error.")
    int apply(
            @Option(
                            names = "--bootstrap-servers",
                            paramLabel = "HOST:PORT",
                            converter = BootstrapServers.class,
                            defaultValue = "${env:SPRING_KAFKA_BOOTSTRAP_SERVERS}",
                            description =
                                    "Kafka (default: $SPRING_KAFKA_BOOTSTRAP_SERVERS, else that of the running suite).")
                    @Nullable
                    String bootstrapServers,
            @Option(
                            names = "--replicas",
                            paramLabel = "N",
                            description =
                                    "Replicas of new topics; an error if fewer brokers are up (default: a replica on each that is up, on 3 at most).")
                    @Nullable
                    Integer replicas) {
        if (replicas != null && (replicas < 1 || replicas > Short.MAX_VALUE)) {
            throw new ParameterException(
                    Millrace.commandLine(), "--replicas: %d (expected: 1 or more)".formatted(replicas));
        }
        var console = Console.standard();
        String servers = bootstrapServers != null
                ? bootstrapServers
                : millrace.runningSuite().addresses().bootstrapServers();
        try {
            var applied = TopicAdministration.apply(servers, TopicCatalog.load(), replicas);
            applied.created().forEach(topic -> console.print("created    %s", topic));
            applied.changed().forEach(topic -> console.print("changed    %s", topic));
            applied.unchanged().forEach(topic -> console.print("unchanged  %s", topic));
            return Millrace.OK;
        } catch (IllegalStateException | KafkaException e) {
            throw new SuiteException(
                    String.valueOf(e.getMessage()),
                    "are all brokers of %s up? Partitions cannot be changed here: drain the topic and make it anew"
                            .formatted(servers));
        }
    }
}
