package dev.millrace.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** A Redis server on 127.0.0.1 with a password of its own, which forgets everything when it ends. */
public final class RedisProcess implements Server {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final int port;
    private final String password;
    private ManagedProcess process;

    private RedisProcess(Path folder, int port, String password) {
        this.folder = folder;
        this.port = port;
        this.password = password;
        this.process = launch();
    }

    /**
     * Starts a Redis, which ends with this JVM, and waits until it answers.
     *
     * @param folder its settings and log ({@code redis.log})
     * @param port where clients connect, 0 for any free one
     * @throws ProcessFailedException if it does not come up, or if no Redis server runs on this machine
     */
    public static RedisProcess start(Path folder, int port) {
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        for (int attempt = 1; ; attempt++) {
            try {
                return new RedisProcess(folder, port == 0 ? Ports.free() : port, password);
            } catch (ProcessFailedException e) {
                // Between the choice of a free port and its use another process may have taken it.
                if (attempt == ATTEMPTS
                        || e.lastLines().stream().noneMatch(line -> line.contains("Address already in use"))) {
                    throw e;
                }
            }
        }
    }

    /**
     * Says which Redis server would be started, in words.
     *
     * @throws ProcessFailedException if none runs on this machine
     */
    public static String describe(Path folder) {
        return RedisBinary.find(folder).toString();
    }

    /** {@code redis://:<password>@127.0.0.1:<port>}. */
    public String url() {
        return "redis://:%s@127.0.0.1:%d".formatted(password, port);
    }

    /** The server's process, another one after each restart. */
    public ManagedProcess process() {
        return process;
    }

    @Override
    public void stop() {
        process.stop(STOP);
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void restart() {
        stop();
        process = launch();
    }

    private ManagedProcess launch() {
        var binary = RedisBinary.find(folder);
        var command = List.of(binary.toString(), configure().toString());
        var started = ManagedProcess.start(
                new ManagedProcess.Command("redis", command, Map.of(), folder.resolve("redis.log")));
        try {
            started.await(() -> answers(port, password), START);
            return started;
        } catch (RuntimeException e) {
            started.kill();
            throw e;
        }
    }

    private Path configure() {
        try {
            Files.createDirectories(folder);
            var file = folder.resolve("redis.conf");
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            // Everything in it can be made again, so what is nearest to its end goes first when memory is short.
            return Files.write(
                    file,
                    List.of(
                            "bind 127.0.0.1",
                            "port " + port,
                            "requirepass " + password,
                            "save \"\"",
                            "appendonly no",
                            "maxmemory 256mb",
                            "maxmemory-policy volatile-ttl",
                            "loglevel notice",
                            "dir \"" + folder.toAbsolutePath() + '"'));
        } catch (IOException e) {
            throw new UncheckedIOException("settings of Redis in " + folder, e);
        }
    }

    private static boolean answers(int port, String password) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            socket.setSoTimeout(1000);
            socket.getOutputStream()
                    .write("AUTH %s\r\nPING\r\n".formatted(password).getBytes(US_ASCII));
            return new String(socket.getInputStream().readNBytes(12), US_ASCII).equals("+OK\r\n+PONG\r\n");
        } catch (IOException e) {
            return false;
        }
    }
}
