package dev.millrace.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/** Finds a Redis server that runs here: the one on the PATH if it is recent enough, else the one that embedded-redis carries. */
final class RedisBinary {
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.(\\d+)");
    private static final String MEND = "install redis-server 6.2 or newer, or OpenSSL 3 (libssl.so.3)";

    /** ETXTBSY, as JDKs word it: a file that somebody has open for writing cannot be run. */
    private static final Pattern BUSY = Pattern.compile("error[=:] ?26\\b");

    private static final int TRIES = 100;

    private RedisBinary() {}

    /**
     * The path of a Redis server of 6.2 or newer, which is the first with {@code GETEX}.
     *
     * @param folder where the carried one is unpacked to
     * @throws ProcessFailedException if none runs on this machine
     */
    static Path find(Path folder) {
        return onPath(System.getenv().getOrDefault("PATH", "")).orElseGet(() -> unpack(folder));
    }

    static Optional<Path> onPath(String path) {
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry, "redis-server"))
                .filter(Files::isExecutable)
                .filter(binary -> isRecent(version(binary)))
                .findFirst();
    }

    /** Whether what {@code redis-server --version} says is 6.2 or newer. */
    static boolean isRecent(String version) {
        var matcher = VERSION.matcher(version);
        return matcher.find() && Integer.parseInt(matcher.group(1)) * 100 + Integer.parseInt(matcher.group(2)) >= 602;
    }

    private static Path unpack(Path folder) {
        Path binary;
        try {
            Files.createDirectories(folder);
            binary = ExecutableProvider.newJarResourceProvider(folder.toFile())
                    .get()
                    .toPath();
        } catch (IOException | RuntimeException e) {
            throw new ProcessFailedException(
                    "redis", "none for this system in embedded-redis: " + MEND, List.of(e.toString()));
        }
        String version = version(binary);
        if (!isRecent(version)) {
            throw new ProcessFailedException(
                    "redis", "the server inside embedded-redis does not run here: " + MEND, List.of(version));
        }
        return binary;
    }

    /**
     * What the binary prints when asked for its version, or why it cannot run. One that was just unpacked is busy for as
     * long as a process that another thread started meanwhile has yet to close what it inherited.
     */
    private static String version(Path binary) {
        String version = versionNow(binary);
        for (int tries = 1; BUSY.matcher(version).find() && tries < TRIES; tries++) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            version = versionNow(binary);
        }
        return version;
    }

    private static String versionNow(Path binary) {
        try {
            var process = new ProcessBuilder(binary.toString(), "--version")
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
            process.waitFor(5, TimeUnit.SECONDS);
            return text;
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }
}
