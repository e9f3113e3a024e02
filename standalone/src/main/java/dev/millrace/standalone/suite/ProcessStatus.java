package dev.millrace.standalone.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * How a process of a suite is.
 *
 * @param state {@code ready}, {@code not ready} or {@code ended}
 * @param port where it serves, as in {@link Addresses}
 * @param memoryMiB resident memory, 0 if the system does not tell
 */
public record ProcessStatus(String name, String state, int port, long pid, long memoryMiB, long upSeconds) {
    public boolean running() {
        return !state.equals("ended");
    }

    public boolean ready() {
        return state.equals("ready");
    }

    /** Every process of a suite, in the order of their start. Asks each service for its readiness. */
    public static List<ProcessStatus> of(SuiteState suite) {
        try (var health = new Health()) {
            return suite.processes().stream()
                    .map(member -> of(member, suite.addresses(), health))
                    .toList();
        }
    }

    private static ProcessStatus of(SuiteState.Member member, Addresses addresses, Health health) {
        var process = member.process();
        String state = !process.isRunning() ? "ended" : isReady(member, addresses, health) ? "ready" : "not ready";
        long up = Duration.between(process.startedAt(), Instant.now()).toSeconds();
        return new ProcessStatus(
                member.name(),
                state,
                addresses.port(member.name()),
                process.pid(),
                process.isRunning() ? memoryMiB(process.pid()) : 0,
                up);
    }

    private static boolean isReady(SuiteState.Member member, Addresses addresses, Health health) {
        return Arrays.stream(Service.values())
                .filter(service -> service.title().equals(member.name()))
                .findFirst()
                .map(service -> health.isReady(addresses.management(service)))
                .orElse(true);
    }

    /** The line {@code VmRSS: 123456 kB} of {@code /proc/<pid>/status}. */
    private static long memoryMiB(long pid) {
        try (var lines = Files.lines(Path.of("/proc/%d/status".formatted(pid)))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .orElse(0L);
        } catch (IOException e) {
            return 0;
        }
    }
}
