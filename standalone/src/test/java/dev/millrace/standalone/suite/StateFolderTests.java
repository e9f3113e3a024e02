package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
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

        assertThat(permissions(folder.path())).isEqualTo("rwx------");
        assertThat(permissions(folder.path().resolve("suite.json"))).isEqualTo("rw-------");
    }

    @Test
    void becomesItsOwnersAloneIfItWasThereBefore() throws Exception {
        var folder = folder();
        Files.createDirectories(folder.path());
        Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.path().resolve("build.log"), "");

        folder.lock().close();

        assertThat(permissions(folder.path())).isEqualTo("rwx------");
    }

    @Test
    void leavesAFolderOfSomethingElseAlone() throws Exception {
        Files.createDirectories(folder().path());
        Files.setPosixFilePermissions(folder().path(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder().path().resolve("thesis.txt"), "");

        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> folder().lock())
                .withMessageContaining("thesis.txt");
        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> LeftOver.end(folder(), true))
                .withMessageContaining("not the folder of a suite");

        assertThat(folder().path().resolve("thesis.txt")).exists();
        assertThat(permissions(folder().path())).isEqualTo("rwxr-xr-x");
    }

    @Test
    void saysWhyItCannotBeUsed() throws Exception {
        Files.writeString(folder().path(), "a file");

        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> folder().lock())
                .withMessageContaining("state cannot be used");
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
    void keepsTheLogsOfServersOfTheRunBeforeToo() throws Exception {
        var folder = folder();
        Files.createDirectories(folder.broker());
        Files.writeString(folder.broker().resolve("kafka.log"), "Address already in use");

        folder.refreshServerLogs();

        assertThat(folder.broker().resolve("kafka.log")).doesNotExist();
        assertThat(folder.broker().resolve("kafka.log.1")).hasContent("Address already in use");
    }

    @Test
    void isGoneAfterAPurge() throws Exception {
        used();

        var ended = LeftOver.end(folder(), true);

        assertThat(ended).isEqualTo(new LeftOver.Ended(false, true));
        assertThat(folder().path()).doesNotExist();
    }

    @Test
    void keepsWhatIsNoSuitesOverAPurge() throws Exception {
        used();
        Files.writeString(folder().path().resolve("thesis.txt"), "");

        var ended = LeftOver.end(folder(), true);

        assertThat(ended.folderGone()).isFalse();
        assertThat(folder().path()).isDirectoryNotContaining(file -> !file.endsWith("thesis.txt"));
    }

    @Test
    void isNotPurgedWhileALauncherHasIt() throws Exception {
        used();

        try (var lock = folder().lock()) {
            assertThatExceptionOfType(SuiteException.class).isThrownBy(() -> LeftOver.end(folder(), true));
        }

        assertThat(folder().log("collector")).exists();
    }

    @Test
    void hasNothingToPurgeBeforeItsFirstSuite() {
        assertThat(LeftOver.end(folder(), true)).isEqualTo(new LeftOver.Ended(false, true));
    }

    /** A folder that a suite was started and ended in. */
    private void used() throws Exception {
        var folder = folder();
        folder.lock().close();
        Files.writeString(folder.freshLog("collector"), "text");
        Files.createDirectories(folder.broker().resolve("data"));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void readsWhatASuiteWithOneBrokerWroteBeforeThereCouldBeSeveral() throws Exception {
        folder().write(state());
        var file = folder().path().resolve("suite.json");
        String now = Files.readString(file);
        assertThat(now).contains("[19092]");
        Files.writeString(file, now.replace("[19092]", "19092"));

        assertThat(folder().read()).contains(state());
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
