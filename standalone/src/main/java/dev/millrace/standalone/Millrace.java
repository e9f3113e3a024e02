package dev.millrace.standalone;

import dev.millrace.standalone.suite.Addresses;
import dev.millrace.standalone.suite.NotRunningException;
import dev.millrace.standalone.suite.StateFolder;
import dev.millrace.standalone.suite.SuiteException;
import dev.millrace.standalone.suite.SuiteState;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Entry point of the command line: {@code ./millrace COMMAND}. A new command is a class in the list of subcommands. */
@Command(
        name = "millrace",
        description = "Runs the Millrace suite on this machine, and works with it.",
        synopsisSubcommandLabel = "COMMAND",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        version = "Millrace 0.1.0-SNAPSHOT",
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done, and as it should be",
            "1:done, but a result is missing, wrong or not as asked",
            "2:a wrong command or option",
            "3:something on this machine has to be mended first; it says what",
            "4:no suite is running",
            "70:a fault in Millrace"
        },
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            SendCommand.class,
            TailCommand.class,
            EvalCommand.class,
            PrecomputeCommand.class,
            LaneCommand.class,
            DlqCommand.class,
            BenchCommand.class,
            LedgerCommand.class,
            TopicsCommand.class,
            ModelsCommand.class,
            ProfileCommand.class,
            LogsCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        })
final class Millrace {
    static final int OK = 0;
    static final int NOT_AS_ASKED = 1;
    static final int TO_BE_MENDED = 3;
    static final int NOT_RUNNING = 4;
    static final int FAULT = 70;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "Folder of the suite: its records, its logs, and what is running (default: .millrace beside ./millrace).")
    private @Nullable Path dataDir;

    @Option(
            names = "--port-base",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Moves every port of a suite that is started: API N, dashboard N+4, management N+10 to N+14,"
                    + " Kafka N+20, Redis N+21 (default: 8080, 8084, 9080 to 9084, 19092, 16379).")
    private @Nullable Integer portBase;

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Millrace())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure));
    }

    /** The folder of the suite that is meant. */
    StateFolder folder() {
        var home = Path.of(System.getProperty("millrace.home", ""));
        return new StateFolder(dataDir != null ? dataDir : home.resolve(".millrace"));
    }

    /** The folder that was named, if one was. */
    Optional<Path> namedFolder() {
        return Optional.ofNullable(dataDir);
    }

    /** Where a suite that is started now shall listen. */
    Addresses addresses() {
        return addressesOr(() -> Addresses.DEFAULT);
    }

    /** Where a suite that is started now shall listen, if that was said. */
    Addresses addressesOr(Supplier<Addresses> other) {
        try {
            return portBase == null ? other.get() : Addresses.basedOn(portBase);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** The suite that runs in {@link #folder}. @throws NotRunningException if none does */
    SuiteState runningSuite() {
        var folder = folder();
        return folder.read()
                .filter(state -> !state.running().isEmpty())
                .orElseThrow(() -> new NotRunningException(folder));
    }

    private static int report(Exception failure) {
        var console = Console.standard();
        return switch (failure) {
            case SuiteException known -> {
                console.failure(known);
                yield known instanceof NotRunningException ? NOT_RUNNING : TO_BE_MENDED;
            }
            case ParameterException wrong -> {
                console.error(String.valueOf(wrong.getMessage()));
                yield CommandLine.ExitCode.USAGE;
            }
            default -> {
                console.fault(failure);
                yield FAULT;
            }
        };
    }
}
