package dev.millrace.standalone.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The folder of one suite: its data, its logs, and what is running. Only its owner may read it. */
public final class StateFolder {
    /** Kafka had one port once. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            .build();

    private static final Set<PosixFilePermission> PRIVATE_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> PRIVATE_FILE = PosixFilePermissions.fromString("rw-------");

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

    private Path redisLog() {
        return redis().resolve("redis.log");
    }

    private Path brokerLog() {
        return broker().resolve("kafka.log");
    }

    /** The log of a process; the one of the run before is beside it as {@code .1}. */
    Path log(String process) {
        return folder.resolve("logs").resolve(process + ".log");
    }

    /** The logs that are there, by the name of their process, in the order of a start. */
    public Map<String, Path> logs() {
        var logs = new LinkedHashMap<String, Path>();
        logs.put("redis", redisLog());
        logs.put("kafka", brokerLog());
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
            var next = folder.resolve("suite.json.next");
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PRIVATE_FILE));
            Files.writeString(next, JSON.writeValueAsString(state));
            Files.move(next, stateFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    void forget() {
        try {
            Files.deleteIfExists(stateFile());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Whether a suite was ever started here. */
    boolean isSuites() {
        return Files.exists(lockFile());
    }

    /**
     * Deletes what a suite puts here, the records on Kafka included, and the folder if nothing else is in it. For whoever
     * holds the lock.
     *
     * @return whether the folder is gone
     * @throws SuiteException if no suite was ever started here
     */
    boolean purge() {
        if (!isSuites()) {
            throw new SuiteException(
                    "%s is not the folder of a suite: it has no suite.lock".formatted(folder),
                    "nothing is deleted: name the folder of a suite with --data-dir, or delete it yourself");
        }
        try {
            // The lock comes last: while it is there, nobody else begins.
            for (String name :
                    List.of("broker", "redis", "logs", "build.log", "suite.json.next", "suite.json", "suite.lock")) {
                delete(folder.resolve(name));
            }
            Files.delete(folder);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /**
     * Takes the folder for this process until the lock is closed or the process is gone.
     *
     * @throws SuiteException if another process has it, or the folder cannot be used
     */
    Lock lock() {
        try {
            create();
            var channel = FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            // One that was deleted since it was opened locks nobody out.
            if (tryLock(channel).isEmpty() || !isSuites()) {
                channel.close();
                throw new SuiteException(
                        "A suite is running or starting in " + folder,
                        "use it, end it with './millrace down', or start another with --data-dir and --port-base");
            }
            return () -> close(channel);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Gives the folder back. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("suite.lock", e);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        }
    }

    /** Puts the logs of the run before of the broker and Redis aside, so that what they say is said of this one. */
    void refreshServerLogs() {
        refresh(redisLog());
        refresh(brokerLog());
    }

    /** Puts the log of the run before aside, and returns the place of the next. */
    Path freshLog(String process) {
        return refresh(log(process));
    }

    private Path refresh(Path log) {
        try {
            Files.createDirectories(log.getParent());
            if (Files.exists(log)) {
                Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            return log;
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Also a folder that was there before becomes its owner's alone; one that holds other things is left as it is. */
    private void create() throws IOException {
        if (!isSuites() && Files.isDirectory(folder)) {
            refuseForeign();
        }
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
        Files.setPosixFilePermissions(folder, PRIVATE_FOLDER);
    }

    private void refuseForeign() throws IOException {
        try (var files = Files.list(folder)) {
            var foreign = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("suite.") && !name.startsWith("build."))
                    .findFirst();
            if (foreign.isPresent()) {
                throw new SuiteException(
                        "%s holds what is no suite's, as '%s'".formatted(folder, foreign.get()),
                        "name a new or an empty folder with --data-dir");
            }
        }
    }

    private static void delete(Path path) throws IOException {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private SuiteException unusable(IOException cause) {
        return new SuiteException(
                "%s cannot be used: %s".formatted(folder, cause),
                "see that you may write to it and that its disk has room, or choose another folder (--data-dir)");
    }

    private Path stateFile() {
        return folder.resolve("suite.json");
    }

    private Path lockFile() {
        return folder.resolve("suite.lock");
    }
}
