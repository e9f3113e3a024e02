package dev.millrace.standalone.suite;

import dev.millrace.sandbox.ManagedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The command lines and environments of a suite's services.
 *
 * @param settings variables of the services' environment, in place of what the suite sets and of this process's own
 */
record ServiceCommands(
        Installation installation, StateFolder folder, Addresses addresses, Map<String, String> settings) {
    static final String JAVA_OPTIONS = "MILLRACE_JAVA_OPTIONS";

    ServiceCommands {
        settings = Map.copyOf(settings);
    }

    /** Flags for the services' JVMs that the user has set for this process, separated by blanks. */
    static String javaOptions() {
        return System.getenv().getOrDefault(JAVA_OPTIONS, "");
    }

    /** The command of a process that is about to start: the log of the one before is put aside. */
    ManagedProcess.Command of(Service service, String redisUrl, Path models) {
        return command(service, service.title(), environment(service, redisUrl, models));
    }

    /** The command of a second process of a stage, which comes and goes. @param port of its management */
    ManagedProcess.Command ofReplica(Service service, int port, String redisUrl, Path models) {
        var environment = environment(service, redisUrl, models);
        environment.put("SERVER_PORT", Integer.toString(port));
        environment.put("MILLRACE_INSTANCE", "standalone-2");
        environment.put("MILLRACE_STAGE_STATICMEMBERSHIP", "false");
        return command(service, service.title() + "-2", environment);
    }

    private ManagedProcess.Command command(Service service, String name, Map<String, String> environment) {
        var log = folder.freshLog(name);
        var arguments = new ArrayList<String>();
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.addAll(service.flags(settings.getOrDefault(JAVA_OPTIONS, javaOptions())));
        arguments.add("-XX:ErrorFile=" + log.resolveSibling(name + "-crash-%p.log"));
        arguments.addAll(List.of("-jar", installation.thinJar(service).toString()));
        return new ManagedProcess.Command(name, arguments, environment, log);
    }

    private Map<String, String> environment(Service service, String redisUrl, Path models) {
        var environment = new HashMap<String, String>();
        environment.putAll(service.environment());
        environment.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", addresses.bootstrapServers());
        environment.put("SPRING_DATA_REDIS_URL", redisUrl);
        environment.put("SERVER_ADDRESS", "127.0.0.1");
        environment.put("SERVER_PORT", Integer.toString(addresses.server(service)));
        if (addresses.server(service) != addresses.management(service)) {
            environment.put("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
            environment.put("MANAGEMENT_SERVER_PORT", Integer.toString(addresses.management(service)));
        }
        environment.put("MILLRACE_MONITORING_COLLECTORURL", addresses.api());
        environment.put("MILLRACE_MODELS_REPOSITORY", models.toString());
        environment.put("MILLRACE_INSTANCE", "standalone");
        // There is one of each service, so one that is started again is the same member and gets its lanes back at
        // once.
        environment.put("MILLRACE_STAGE_STATICMEMBERSHIP", "true");
        environment.putAll(settings);
        return environment;
    }
}
