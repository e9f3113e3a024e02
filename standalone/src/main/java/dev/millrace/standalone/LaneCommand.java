package dev.millrace.standalone;

import dev.millrace.stage.LaneAdministration;
import dev.millrace.standalone.suite.SuiteException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;

@Command(
        name = "lane",
        description = "Shows how each lane stands, and has the ways out of a stall.",
        synopsisSubcommandLabel = "COMMAND")
final class LaneCommand {
    private static final long STANDS_AFTER_SECONDS = 30;

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

    @Command(
            name = "list",
            description =
                    "Prints a line for each lane: the offset of the last upload that has its result, how many wait,"
                            + " for how long the oldest does, and what each stage has yet to read. A lane that stands while"
                            + " nothing is left to read has lost records on the way: rewind it.")
    int list() {
        return with(lanes -> {
            var console = Console.standard();
            console.print(
                    "%4s %10s %8s %10s %9s %10s %14s",
                    "lane", "number", "behind", "oldest", "feature", "inference", "postprocessor");
            boolean well = true;
            for (var lane : lanes.list()) {
                var age = lane.oldestAge();
                boolean stands = lane.behind() > 0 && (age == null || age.toSeconds() >= STANDS_AFTER_SECONDS);
                well &= !stands;
                console.print(
                        "%4d %10d %8d %10s %9d %10d %14d%s",
                        lane.lane(),
                        lane.number(),
                        lane.behind(),
                        lane.behind() == 0 ? "-" : age == null ? "deleted" : StepPrinter.format(age),
                        lane.lags().getOrDefault("feature-service", 0L),
                        lane.lags().getOrDefault("inference-service", 0L),
                        lane.lags().getOrDefault("postprocessor-service", 0L),
                        stands ? "  stands" : "");
            }
            return well ? Millrace.OK : Millrace.NOT_AS_ASKED;
        });
    }

    @Command(
            name = "rewind",
            description = "Has feature read a lane again from behind the last upload that has its result. Always safe:"
                    + " what was published is dropped as a repeat. feature-service must be stopped, and started again"
                    + " afterwards.")
    int rewind(@Parameters(paramLabel = "LANE", description = "Number of the lane, from 0.") int lane) {
        return with(lanes -> {
            long next = lanes.rewind(lane);
            Console.standard().print("lane %d: feature goes on with upload %d; start feature-service", lane, next);
            return Millrace.OK;
        });
    }

    @Command(
            name = "resume",
            description =
                    "Gives up the uploads of a lane that have no result and lie before N, and goes on with N. They get no"
                            + " result; a note among feature's dead letters names them. feature-service and"
                            + " postprocessor-service must be stopped, and started again afterwards.")
    int resume(
            @Parameters(paramLabel = "LANE", description = "Number of the lane, from 0.") int lane,
            @Option(
                            names = "--at",
                            paramLabel = "N",
                            required = true,
                            description = "Offset of the upload to go on with.")
                    long at,
            @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the note.")
                    String reason) {
        return with(lanes -> {
            var resumed = lanes.resume(lane, at, reason);
            Console.standard()
                    .print(
                            "lane %d: goes on with upload %d; %s; start feature-service and postprocessor-service",
                            lane,
                            at,
                            resumed.to() < resumed.from()
                                    ? "none given up"
                                    : "%d to %d given up".formatted(resumed.from(), resumed.to()));
            return Millrace.OK;
        });
    }

    private int with(ToIntFunction<LaneAdministration> work) {
        String servers = bootstrapServers != null
                ? bootstrapServers
                : millrace.runningSuite().addresses().bootstrapServers();
        try (var lanes = new LaneAdministration(servers)) {
            return work.applyAsInt(lanes);
        } catch (IllegalArgumentException e) {
            throw new picocli.CommandLine.ParameterException(Millrace.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            throw new SuiteException(
                    String.valueOf(e.getMessage()), "see docs/runbook.md; is Kafka at %s up?".formatted(servers));
        }
    }
}
