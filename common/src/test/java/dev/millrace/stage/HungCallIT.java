package dev.millrace.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.ManagedProcess;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A call that never returns, in a process of its own. */
@ExtendWith(SandboxExtension.class)
class HungCallIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Sandbox sandbox;

    @TempDir
    private Path folder;

    HungCallIT(Sandbox sandbox) {
        this.sandbox = sandbox;
    }

    private ManagedProcess start(String name) {
        return ManagedProcess.start(new ManagedProcess.Command(
                name,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StageRig.class.getName(),
                        sandbox.bootstrapServers(),
                        "hung",
                        "1000"),
                Map.of(),
                folder.resolve(name + ".log")));
    }

    @Test
    void endsTheProcessAndFailsItsRecordAloneAfterThree() throws Exception {
        try (var ledger = new LaneLedger(sandbox.bootstrapServers())) {
            for (int i = 0; i < 40; i++) {
                if (i == 11) {
                    ledger.post(LaneLedger.upload(i, StageRig.HANG), "FAILED CRASHED_PROCESS uploads");
                } else {
                    ledger.post(LaneLedger.upload(i, "text " + i), "SUCCEEDED");
                }
            }
            ledger.flush();

            for (int i = 1; i <= 3; i++) {
                var hung = start("hung-" + i);
                try {
                    assertThat(hung.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .as(() -> hung.lastLines(20).toString())
                            .isEqualTo(WatchedFunction.EXIT_STATUS);
                } finally {
                    hung.kill();
                }
            }
            var last = start("last");
            try {
                ledger.collect(PATIENCE);
                assertThat(last.isAlive()).isTrue();
            } finally {
                last.kill();
            }

            ledger.assertEachHasItsResult();
            ledger.assertEachLaneIsInOrder();
            ledger.assertDeadLettersAreKept();
        }
    }
}
