package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTests {
    @TempDir
    Path parent;

    @Test
    void readsWhatItWrote() {
        var folder = folder();
        var state = state();

        folder.write(state);

        assertThat(folder().read()).contains(state);
    }

    @Test
    void knowsNothingAtFirst() {
        assertThat(folder().read()).isEmpty();
    }

    @Test
    void forgets() {
        var folder = folder();
        folder.write(state());

        folder.forget();

        assertThat(folder.read()).isEmpty();
    }

    @Test
    void isReadByItsOwnerOnly() throws Exception {
        var folder = folder();

        folder.write(state());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void namesAFileThatCannotBeRead() throws Exception {
        var folder = folder();
        folder.write(state());
        Files.writeString(folder.path().resolve("suite.json"), "{");

        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(folder::read)
                .withMessageContaining("suite.json cannot be read");
    }

    @Test
    void belongsToOneLauncherAtATime() throws Exception {
        var lock = folder().lock();

        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> folder().lock())
                .withMessageContaining("A suite is running or starting");

        lock.close();
        folder().lock().close();
    }

    @Test
    void keepsTheLogOfTheRunBefore() throws Exception {
        var folder = folder();
        Files.writeString(folder.freshLog("collector"), "first run");

        var next = folder.freshLog("collector");

        assertThat(next).doesNotExist();
        assertThat(next.resolveSibling("collector.log.1")).hasContent("first run");
    }

    @Test
    void isGoneAfterAPurge() throws Exception {
        var folder = folder();
        folder.write(state());
        Files.writeString(folder.freshLog("collector"), "text");

        folder.purge();

        assertThat(folder.path()).doesNotExist();
    }

    private StateFolder folder() {
        return new StateFolder(parent.resolve("state"));
    }

    private static SuiteState state() {
        var current = ProcessIdentity.current();
        return new SuiteState(
                current,
                true,
                Addresses.DEFAULT,
                "redis://:secret@127.0.0.1:16379",
                Path.of("/models"),
                List.of(new SuiteState.Member("kafka", current, Path.of("/logs/kafka.log"))));
    }
}
