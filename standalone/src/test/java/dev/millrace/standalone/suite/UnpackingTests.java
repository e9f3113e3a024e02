package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.sandbox.ProcessFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackingTests {
    @TempDir
    Path root;

    @Test
    void unpacksABuildOnce() throws Exception {
        var jar = FakeService.install(root, FakeService.class).jar(Service.COLLECTOR);

        var first = Unpacking.of(jar);
        Files.writeString(first.resolve("mark"), "first");
        var second = Unpacking.of(jar);

        assertThat(first.resolve(jar.getFileName())).exists();
        assertThat(second.resolve("mark")).hasContent("first");
    }

    @Test
    void unpacksTheNextBuildInPlaceOfTheOneBefore() throws Exception {
        var jar = FakeService.install(root, FakeService.class).jar(Service.COLLECTOR);
        var before = Unpacking.of(jar);
        FakeService.install(root, FakeService.Failing.class);

        var after = Unpacking.of(jar);

        assertThat(before).doesNotExist();
        assertThat(folders(jar)).containsExactly(after);
    }

    @Test
    void servesSeveralLaunchersAtOnce() throws Exception {
        var jar = FakeService.install(root, FakeService.class).jar(Service.COLLECTOR);

        var launchers = Stream.generate(() -> CompletableFuture.supplyAsync(() -> unpack(jar)))
                .limit(3)
                .toList();

        assertThat(new HashSet<>(launchers.stream().map(CompletableFuture::join).toList()))
                .hasSize(1);
        assertThat(folders(jar)).hasSize(1);
    }

    @Test
    void leavesNothingOfWhatCannotBeUnpacked() throws Exception {
        var jar = FakeService.install(root, FakeService.NoJar.class).jar(Service.COLLECTOR);

        assertThatExceptionOfType(ProcessFailedException.class).isThrownBy(() -> Unpacking.of(jar));

        assertThat(folders(jar)).isEmpty();
    }

    private static Path unpack(Path jar) {
        try {
            return Unpacking.of(jar);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Path> folders(Path jar) throws IOException {
        try (var files = Files.list(jar.getParent())) {
            return files.filter(Files::isDirectory).toList();
        }
    }
}
