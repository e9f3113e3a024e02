package dev.millrace.standalone.suite;

import java.nio.file.Path;
import java.util.List;

/**
 * What is written down of a running suite, so that another command finds it.
 *
 * @param launcher who started it
 * @param detached whether it outlives its launcher
 * @param redisUrl with the password
 * @param models the model repository in use
 * @param processes in the order of their start
 */
public record SuiteState(
        ProcessIdentity launcher,
        boolean detached,
        Addresses addresses,
        String redisUrl,
        Path models,
        List<Member> processes) {
    public SuiteState {
        processes = List.copyOf(processes);
    }

    /** A process of the suite: {@code kafka}, {@code redis} or a service. */
    public record Member(String name, ProcessIdentity process, Path log) {}

    /** The members that still run. */
    public List<Member> running() {
        return processes.stream().filter(member -> member.process().isRunning()).toList();
    }
}
