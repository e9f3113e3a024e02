package dev.millrace.bench;

import dev.millrace.ledger.fault.SystemUnderTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Starts suites to be measured, one at a time. */
public interface Suites {
    /**
     * Runs something on a suite of its own, which is ready then and is ended afterwards.
     *
     * @param settings variables of its services' environment
     */
    <T> T with(Map<String, String> settings, Work<T> work) throws Exception;

    /** What a program needs beside this module. */
    enum Libraries {
        /** Those of the feature service, with its JVM's flags. */
        ENCODER,
        /** Those of the monitoring service; the JVM may use more memory than that and both compilers. */
        DRIFT
    }

    /**
     * Runs a program of this module in a process of its own and waits for it. Its first argument is the folder of the model
     * repository.
     *
     * @param main name of its class
     * @param arguments those after the first
     * @param lines is told what it prints, line by line
     * @throws IllegalStateException if it ends with another status than 0
     */
    void runProgram(Libraries libraries, String main, List<String> arguments, Consumer<String> lines) throws Exception;

    /**
     * Makes an AOT cache (JEP 514) of each service, and returns the settings of suites whose services use them.
     *
     * @param folder an existing one, which outlives those suites
     */
    Map<String, String> withAotCaches(Path folder) throws Exception;

    /** What to do with a suite. */
    interface Work<T> {
        T on(Target target) throws Exception;
    }

    /**
     * A suite that runs.
     *
     * @param system its parts, all running
     * @param processes the services' process ids, by name
     * @param monitoring {@code http://host:port/}
     */
    record Target(SystemUnderTest system, Map<String, Long> processes, String monitoring) {
        public Target {
            processes = Map.copyOf(processes);
        }

        Load load() {
            return new Load(system.api(), system.bootstrapServers());
        }
    }
}
