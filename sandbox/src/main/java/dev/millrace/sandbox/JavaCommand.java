package dev.millrace.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that start another JVM like this one: the same JDK and the same class path. */
final class JavaCommand {
    private static final String LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

    private JavaCommand() {}

    /** The {@code java} that runs this program. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * The command that runs a main class of this class path.
     *
     * @param folder where the class path is written to: it may be too long for a command line
     */
    static List<String> of(Class<?> main, Path folder, List<String> flags, List<String> arguments) {
        var command = new ArrayList<>(List.of(java()));
        command.addAll(flags);
        String classPath = System.getProperty("java.class.path");
        if (isBootJar()) {
            command.addAll(List.of("-cp", classPath, "-Dloader.main=" + main.getName(), LAUNCHER));
        } else {
            command.addAll(List.of("@" + write(folder, classPath), main.getName()));
        }
        command.addAll(arguments);
        return command;
    }

    /** Whether this program runs from one Spring Boot jar, whose nested jars only Boot's loader can read. */
    private static boolean isBootJar() {
        var origin = JavaCommand.class.getProtectionDomain().getCodeSource();
        return origin != null && origin.getLocation().toString().startsWith("jar:nested:");
    }

    private static Path write(Path folder, String classPath) {
        try {
            Files.createDirectories(folder);
            // Inside quotes the JDK's argument files take the backslash for an escape.
            String quoted = '"' + classPath.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
            return Files.writeString(folder.resolve("class-path.args"), "-cp\n" + quoted + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("class path of a child process", e);
        }
    }
}
