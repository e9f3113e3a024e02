package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisBinaryTests {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Redis server v=6.2.0 sha=00000000:0 malloc=jemalloc-5.1.0 bits=64 build=1",
                "Redis server v=7.0.15 sha=00000000:0",
                "Redis server v=10.0.1"
            })
    void takesARedisThatKnowsGetex(String version) {
        assertThat(RedisBinary.isRecent(version)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Redis server v=6.0.16 sha=0",
                "Redis server v=5.0.14",
                "error while loading shared libraries: libssl.so.3"
            })
    void leavesAnOlderOrBrokenOne(String version) {
        assertThat(RedisBinary.isRecent(version)).isFalse();
    }

    @Test
    void findsNoneOnAnEmptyPath() {
        assertThat(RedisBinary.onPath("")).isEmpty();
    }

    /** As of one that was just unpacked, while another thread starts a process. */
    @Test
    void waitsForOneThatIsBusy(@TempDir Path folder) throws Exception {
        Path binary = Files.writeString(folder.resolve("redis-server"), "#!/bin/sh\necho Redis server v=7.0.15\n");
        assertThat(binary.toFile().setExecutable(true)).isTrue();
        var writer = Files.newOutputStream(binary, StandardOpenOption.APPEND);
        var closing = CompletableFuture.runAsync(
                () -> {
                    try {
                        writer.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));

        assertThat(RedisBinary.onPath(folder.toString())).contains(binary);
        closing.get();
    }
}
