package dev.millrace.standalone;

import dev.millrace.sandbox.ManagedProcess;
import dev.millrace.standalone.suite.LogLine;
import dev.millrace.standalone.suite.NotRunningException;
import dev.millrace.standalone.suite.SuiteException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "logs", description = "Prints the end of the logs, of one process or of all.")
final class LogsCommand implements Callable<Integer> {
    private static final long POLL = TimeUnit.MILLISECONDS.toNanos(300);

    @ParentCommand
    private Millrace millrace;

    @Parameters(
            paramLabel = "SERVICE",
            arity = "0..1",
            description = "kafka, redis, collector, feature, inference, postprocessor or monitoring.")
    private @Nullable String service;

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with what is written, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "30",
            description = "Lines of each (default: ${DEFAULT-VALUE}).")
    private int lines;

    @Option(names = "--raw", description = "Prints structured lines as they are, in JSON.")
    private boolean raw;

    @Override
    public Integer call() {
        if (lines < 0) {
            throw new ParameterException(Millrace.commandLine(), "--lines: %d (expected: 0 or more)".formatted(lines));
        }
        var console = Console.standard();
        var logs = open();
        for (var log : logs) {
            ManagedProcess.lastLines(log.file, lines).forEach(line -> print(console, log, line));
        }
        while (follow) {
            for (var log : logs) {
                log.newLines().forEach(line -> print(console, log, line));
            }
            LockSupport.parkNanos(POLL);
        }
        return Millrace.OK;
    }

    private List<Log> open() {
        var logs = millrace.folder().logs();
        if (logs.isEmpty()) {
            throw new NotRunningException(millrace.folder());
        }
        if (service != null && !logs.containsKey(service)) {
            throw new SuiteException("there is no log of '%s'".formatted(service), "name one of " + logs.keySet());
        }
        return logs.entrySet().stream()
                .filter(log -> service == null || log.getKey().equals(service))
                .map(log -> new Log(log.getKey(), log.getValue()))
                .toList();
    }

    private void print(Console console, Log log, String line) {
        String prefix = service == null ? console.dim("%-13s | ".formatted(log.name)) : "";
        var readable = raw ? List.of(line) : LogLine.render(line);
        readable.forEach(text -> console.print(prefix + text));
    }

    /** A log that is being written to. Not thread-safe. */
    private static final class Log {
        private final String name;
        private final Path file;
        private long position;
        private String rest = "";

        Log(String name, Path file) {
            this.name = name;
            this.file = file;
            this.position = file.toFile().length();
        }

        List<String> newLines() {
            try (var content = new RandomAccessFile(file.toFile(), "r")) {
                if (content.length() < position) {
                    position = 0;
                }
                var bytes = new byte[(int) Math.min(content.length() - position, 1 << 20)];
                content.seek(position);
                content.readFully(bytes);
                position += bytes.length;
                var text = rest + new String(bytes, StandardCharsets.UTF_8);
                int end = text.lastIndexOf('\n') + 1;
                rest = text.substring(end);
                return new ArrayList<>(text.substring(0, end).lines().toList());
            } catch (IOException e) {
                throw new UncheckedIOException(file.toString(), e);
            }
        }
    }
}
