package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTests {
    @ParameterizedTest
    @CsvSource({
        "/state/x: No space left on device,                 make room on the disk of /state",
        "Web server failed: Port 8080 was already in use,   --port-base moves all ports",
        "uploads.received.v1.partitions: 4 (expected: 8),   down --purge",
        "Cannot allocate memory,                            the suite takes up to 4 GiB",
        "anything else,                                     read the whole log"
    })
    void namesTheMend(String message, String mend) {
        var explained = Explanation.of(new IllegalStateException(message), Path.of("/state"));

        assertThat(explained.mend()).contains(mend);
        assertThat(explained).hasMessageContaining(message);
    }
}
