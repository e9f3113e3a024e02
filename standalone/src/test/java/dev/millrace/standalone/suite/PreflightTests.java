package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.sandbox.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTests {
    @Test
    void namesATakenPortAndWhoHasIt() throws Exception {
        try (var socket = new ServerSocket(Ports.free(), 1, InetAddress.getLoopbackAddress())) {
            int port = socket.getLocalPort();
            var addresses = new Addresses(port, Ports.free(), 30_000, List.of(Ports.free()), Ports.free());

            assertThatExceptionOfType(SuiteException.class)
                    .isThrownBy(() -> Preflight.checkPorts(addresses))
                    .withMessageContaining(
                            "port %d (collector) is taken by java (pid %d)",
                            port, ProcessHandle.current().pid())
                    .satisfies(e -> assertThat(e.mend()).contains("--port-base"));
        }
    }

    @Test
    void namesADiskWithoutRoom(@TempDir Path folder) {
        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> Preflight.checkDisk(folder.resolve("not/there/yet"), Long.MAX_VALUE))
                .withMessageContaining("MiB of disk space left")
                .satisfies(e -> assertThat(e.mend()).contains("make room"));
    }

    @Test
    void namesAFileWhereAFolderShouldBe(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");

        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> Preflight.checkDisk(file.resolve("state"), 1))
                .withMessage(file + " is a file (expected: a folder)");
    }

    @Test
    void refusesAPathThatKafkaTakesForTwo(@TempDir Path folder) {
        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> Preflight.checkDisk(folder.resolve("mine, yours"), 1))
                .withMessageContaining("has a comma");
    }

    @Test
    void isContentWithADiskWithRoom(@TempDir Path folder) {
        assertThatCode(() -> Preflight.checkDisk(folder, 1)).doesNotThrowAnyException();
    }

    @Test
    void namesAMachineWithTooLittleMemory() {
        assertThatExceptionOfType(SuiteException.class)
                .isThrownBy(() -> Preflight.checkMemory(2L << 30))
                .withMessage("this machine has 2048 MiB of memory (expected: 4096 MiB)");
    }
}
