package dev.millrace.standalone.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
     * The jar that runs a service.
     *
     * @throws SuiteException if it was not built
     */
    public Path jar(Service service) {
        var target = root.resolve(service.module()).resolve("target");
        if (Files.isDirectory(target)) {
            try (var jars = Files.newDirectoryStream(target, service.module() + "-*-app.jar")) {
                for (var jar : jars) {
                    return jar;
                }
            } catch (IOException e) {
                throw new SuiteException(
                        "%s cannot be read: %s".formatted(target, e.getMessage()), "build again: mvn -Dfast package");
            }
        }
        throw new SuiteException(
                "%s is not built: no %s-*-app.jar in %s".formatted(service.module(), service.module(), target),
                "build it: mvn -Dfast package");
    }
}
