package dev.millrace.collector.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemStatusTests {
    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void blamesTheClientForItsInputOnly(ErrorCode code) {
        int status = ProblemStatus.of(code);

        assertThat(status).isBetween(400, 599);
        if (status < 500 && code != ErrorCode.PIPELINE_BEHIND) {
            assertThat(code.category()).isEqualTo(ErrorCode.Category.INPUT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 406, 408, 413, 415, 500, 503})
    void keepsTheStatusThatTheServerChose(int status) {
        assertThat(ProblemStatus.of(ProblemStatus.codeOf(status))).isEqualTo(status);
    }
}
