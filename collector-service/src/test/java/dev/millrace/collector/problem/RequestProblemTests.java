package dev.millrace.collector.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestProblemTests {
    @Test
    void quotesAClientsValue() {
        assertThat(RequestProblem.quote("span")).isEqualTo("'span'");
        assertThat(RequestProblem.quote(null)).isEqualTo("none");
    }

    @Test
    void shortensALongValue() {
        assertThat(RequestProblem.quote("x".repeat(65))).isEqualTo("'" + "x".repeat(64) + "…'");
    }

    @Test
    void hidesWhatATerminalOrAReaderMayBeFooledBy() {
        assertThat(RequestProblem.quote("a\u001b[31m\n\u202eb\ud83d")).isEqualTo("'a\uFFFD[31m\uFFFD\uFFFDb\uFFFD'");
    }
}
