package dev.millrace.standalone.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The folder of one suite: its data, its logs, and what is running. Only its owner may read it. */
public final class StateFolder {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;

    public StateFolder(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    public Path path() {
        return folder;
    }

    Path broker() {
        return folder.resolve("broker");
    }

    Path redis() {
        return folder.resolve("redis");
    }

    /** The log of a process; the one of the run before is beside it as {@code .1}. */
    Path log(String process) {
        return folder.resolve("logs").resolve(process + ".log");
    }

    /** The logs that are there, by the name of their process, in the order of a start. */
    public Map<String, Path> logs() {
        var logs = new LinkedHashMap<String, Path>();
        logs.put("redis", redis().resolve("redis.log"));
        logs.put("kafka", broker().resolve("kafka.log"));
        for (var service : Service.values()) {
            logs.put(service.title(), log(service.title()));
        }
        logs.values().removeIf(log -> !Files.isReadable(log));
        return logs;
    }

    /** What was written down last; nothing if no suite was started here or it ended in good order. */
    public Optional<SuiteState> read() {
        try {
            return Optional.of(JSON.readValue(Files.readString(stateFile()), SuiteState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            throw new SuiteException(
                    "%s cannot be read: %s".formatted(stateFile(), e.getMessage()),
                    "look for processes of the suite with 'ps', end them, and delete the file");
        }
    }

    void write(SuiteState state) {
        try {
            create();
            var next = Files.writeString(folder.resolve("suite.json.next"), JSON.writeValueAsString(state));
            Files.move(next, stateFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(stateFile().toString(), e);
        }
    }

    void forget() {
        try {
            Files.deleteIfExists(stateFile());
        } catch (IOException e) {
            throw new UncheckedIOException(stateFile().toString(), e);
        }
    }

    /** Deletes everything, the records on Kafka included. */
    public void purge() {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder.toString(), e);
        }
    }

    /**
     * Takes the folder for this process until the lock is closed or the process is gone.
     *
     * @throws SuiteException if another process has it
     */
    Lock lock() {
        try {
            create();
            var channel =
                    FileChannel.open(folder.resolve("suite.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = tryLock(channel);
            if (lock.isEmpty()) {
                channel.close();
                throw new SuiteException(
                        "A suite is running or starting in " + folder,
                        "use it, end it with './millrace down', or start another with --data-dir and --port-base");
            }
            return channel::close;
        } catch (IOException e) {
            throw new UncheckedIOException(folder.toString(), e);
        }
    }

    /** Gives the folder back. */
    interface Lock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    /** Puts the log of the run before aside, and returns the place of the next. */
    Path freshLog(String process) {
        try {
            var log = log(process);
            Files.createDirectories(log.getParent());
            if (Files.exists(log)) {
                Files.move(log, log.resolveSibling(process + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException(process, e);
        }
    }

    private void create() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private Path stateFile() {
        return folder.resolve("suite.json");
    }
}
