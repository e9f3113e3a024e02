package dev.millrace.standalone.suite;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the built services are.
 *
 * @param root the folder of the clone, with a folder for each module
 */
public record Installation(Path root) {
    /** The one that {@code ./millrace} named, else the current folder. */
    public static Installation find() {
        return new Installation(Path.of(System.getProperty("millrace.home", ""))
                .toAbsolutePath()
                .normalize());
    }

    /**
     * The jar that a service is built into, its libraries inside. To run it, take {@link #thinJar}.
     *
     * @throws SuiteException if it was not built
     */
    public Path jar(Service service) {
        return built(service.module(), service.module() + "-*-app.jar");
    }

    private Path built(String module, String name) {
        var target = root.resolve(module).resolve("target");
        if (Files.isDirectory(target)) {
            try (var jars = Files.newDirectoryStream(target, name)) {
                for (var jar : jars) {
                    return jar;
                }
            } catch (IOException e) {
                throw new SuiteException(
                        "%s cannot be read: %s".formatted(target, e.getMessage()), "build again: mvn -Dfast package");
            }
        }
        throw new SuiteException(
                "%s is not built: no %s in %s".formatted(module, name, target), "build it: mvn -Dfast package");
    }

    /**
     * The command that runs a program of another module with a service's libraries and flags.
     *
     * @param main name of the program's class
     * @param more flags, separated by blanks; they win over the service's
     * @throws SuiteException if one of the two is not built
     */
    public List<String> command(Service service, String module, String main, String more) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(service.flags(more));
        command.addAll(
                List.of("-cp", thinJar(service) + File.pathSeparator + built(module, module + "-*[0-9T].jar"), main));
        return command;
    }

    /** The command that starts a service as far as it comes without Kafka and Redis, and writes an AOT cache as it ends. */
    List<String> training(Service service, Path cache) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(service.flags("-XX:TieredStopAtLevel=4"));
        command.addAll(List.of(
                "-XX:AOTCacheOutput=" + cache,
                "-Dspring.context.exit=onRefresh",
                "-jar",
                thinJar(service).toString()));
        return command;
    }

    /** Unpacks what the first call of {@link #thinJar} would, for all services, and says where they are. */
    String unpack() {
        for (var service : Service.values()) {
            thinJar(service);
        }
        return "five services in " + root;
    }

    /**
     * The jar that runs a service, its libraries in a folder beside it. The first call after a build unpacks them.
     *
     * @throws SuiteException if it was not built or cannot be unpacked
     */
    Path thinJar(Service service) {
        var jar = jar(service);
        try {
            return Unpacking.of(jar).resolve(jar.getFileName());
        } catch (IOException e) {
            throw new SuiteException(
                    "%s cannot be unpacked: %s".formatted(jar, e),
                    "see that its folder can be written to and has 1 GiB left, or build again: mvn -Dfast package");
        }
    }
}
