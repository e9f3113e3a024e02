package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole demonstration, as a user starts it. */
class DriftDemoIT {
    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void raisesAnAlarmWhenTheTrafficShifts(@TempDir Path folder) throws Exception {
        var process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dmillrace.home=" + Path.of("..").toAbsolutePath().normalize(),
                        "dev.millrace.standalone.Millrace",
                        "demo",
                        "--drift",
                        "--exit",
                        "--data-dir=" + folder,
                        "--port-base=" + TestAddresses.free().collector()))
                .redirectErrorStream(true)
                .start();

        String output;
        try {
            output = new String(process.getInputStream().readAllBytes(), UTF_8);
        } finally {
            process.destroy();
        }

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("24 of 24 samples have their one result")
                .containsPattern("ALARM  spam/\\d+: \\d+ of \\d+ series are not as in training")
                .contains("of the evidence")
                .contains("/#drift");
    }
}
