package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.sandbox.ManagedProcess;
import dev.millrace.sandbox.ManagedProcess.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.CRC32;

/**
 * Lays a Spring Boot jar out as a thin jar and a folder of libraries, once a build. Processes run from that: Boot's loader
 * of nested jars can hang for ever where many virtual threads load classes at once (spring-boot#51379, #51463).
 */
final class Unpacking {
    private static final String PREFIX = "unpacked-";

    private Unpacking() {}

    /** The folder beside the jar that holds what is in it. Several launchers may ask at once. */
    static Path of(Path jar) throws IOException {
        var folder = jar.resolveSibling(PREFIX + fingerprint(jar));
        if (!Files.isDirectory(folder)) {
            var aside = Files.createTempDirectory(jar.getParent(), "unpacking-");
            try {
                unpack(jar, aside);
                deleteOlder(folder);
                move(aside, folder);
            } finally {
                delete(aside);
            }
        }
        return folder;
    }

    /** Of the entries' sums: the file's time is that of the release, and a digest of all bytes would take seconds. */
    private static String fingerprint(Path jar) throws IOException {
        var sum = new CRC32();
        try (var content = new JarFile(jar.toFile())) {
            content.stream()
                    .map(entry -> "%s %d %d\n".formatted(entry.getName(), entry.getSize(), entry.getCrc()))
                    .forEach(entry -> sum.update(entry.getBytes(UTF_8)));
        }
        return "%08x".formatted(sum.getValue());
    }

    private static void unpack(Path jar, Path folder) {
        var process = ManagedProcess.start(new Command(
                "unpacking",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djarmode=tools",
                        "-jar",
                        jar.toString(),
                        "extract",
                        "--force",
                        "--destination",
                        folder.toString()),
                Map.of(),
                folder.resolve("unpacking.log")));
        int status = process.onExit().join();
        if (status != 0) {
            throw process.failed("ended with status " + status);
        }
    }

    /** Processes of an older build that still run have opened what they need. */
    private static void deleteOlder(Path newest) throws IOException {
        try (var folders = Files.newDirectoryStream(newest.getParent(), PREFIX + "*")) {
            for (var folder : folders) {
                if (!folder.equals(newest)) {
                    delete(folder);
                }
            }
        }
    }

    private static void move(Path aside, Path folder) throws IOException {
        try {
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Else another launcher was quicker, with the same.
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
