package dev.millrace.standalone;

import dev.millrace.standalone.suite.ProcessStatus;
import dev.millrace.standalone.suite.StateFolder;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "status",
        description =
                "Shows each process of the suite: whether it runs and is ready, its port, its memory, since when it is up.")
final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    private Millrace millrace;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    /** What {@code --json} prints. */
    record Report(
            String folder, String api, String dashboard, String kafka, boolean ready, List<ProcessStatus> processes) {}

    @Override
    public Integer call() {
        var console = Console.standard();
        var state = millrace.runningSuite();
        var processes = ProcessStatus.of(state);
        boolean ready = processes.stream().allMatch(ProcessStatus::ready);
        if (json) {
            var report = new Report(
                    millrace.folder().path().toString(),
                    state.addresses().api(),
                    state.addresses().dashboard(),
                    state.addresses().bootstrapServers(),
                    ready,
                    processes);
            console.print(JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(report));
        } else {
            print(console, processes, millrace.folder());
            new Directions(console).print(state.addresses(), millrace.folder().path());
        }
        return ready ? Millrace.OK : Millrace.NOT_AS_ASKED;
    }

    private static void print(Console console, List<ProcessStatus> processes, StateFolder folder) {
        console.print(console.bold(
                "  %-14s %-10s %6s %8s %9s %10s".formatted("PROCESS", "STATE", "PORT", "PID", "MEMORY", "UP")));
        for (var process : processes) {
            String state = "%-10s".formatted(process.state());
            console.print(
                    "  %-14s %s %6d %8d %5d MiB %10s",
                    process.name(),
                    process.ready() ? console.green(state) : console.red(state),
                    process.port(),
                    process.pid(),
                    process.memoryMiB(),
                    process.running() ? upTime(process.upSeconds()) : "-");
        }
        long total = processes.stream().mapToLong(ProcessStatus::memoryMiB).sum();
        console.print("  %-14s %-10s %6s %8s %5d MiB", "together", "", "", "", total);
    }

    private static String upTime(long seconds) {
        return seconds < 3600
                ? "%d:%02d".formatted(seconds / 60, seconds % 60)
                : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
