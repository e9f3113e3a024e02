package dev.millrace.bench;

import dev.millrace.ledger.fault.SystemUnderTest;
import java.util.Map;

/** Starts suites to be measured, one at a time. */
public interface Suites {
    /**
     * Runs something on a suite of its own, which is ready then and is ended afterwards.
     *
     * @param settings variables of its services' environment
     */
    <T> T with(Map<String, String> settings, Work<T> work) throws Exception;

    /** What to do with a suite. */
    interface Work<T> {
        T on(Target target) throws Exception;
    }

    /**
     * A suite that runs.
     *
     * @param system its parts, all running
     * @param processes the services' process ids, by name
     */
    record Target(SystemUnderTest system, Map<String, Long> processes) {
        public Target {
            processes = Map.copyOf(processes);
        }

        Load load() {
            return new Load(system.api(), system.bootstrapServers());
        }
    }
}
