package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTraceTests {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private final Random random = new Random(1);

    @ParameterizedTest
    @ValueSource(strings = {"00-" + ID + "-" + SPAN + "-00", "cc-" + ID + "-" + SPAN + "-00-of-the-future"})
    void goesOnInTheClientsTraceWithASpanOfItsOwn(String traceparent) {
        var trace = RequestTrace.of(traceparent, random);

        assertThat(trace.traceId()).isEqualTo(ID);
        assertThat(trace.spanId()).hasSize(16).isNotEqualTo(SPAN);
        assertThat(trace.traceparent()).isEqualTo("00-" + ID + "-" + trace.spanId() + "-00");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "00-" + ID + "-" + SPAN,
                "ff-" + ID + "-" + SPAN + "-01",
                "00-" + ID + "-" + SPAN + "-01-more",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + ID + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-" + ID + "-" + SPAN + "-01\n"
            })
    void startsATraceWhereThereIsNone(String traceparent) {
        var trace = RequestTrace.of(traceparent, random);

        assertThat(trace.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(ID);
        assertThat(trace.traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
    }

    @Test
    void startsAnotherTraceForEachRequest() {
        assertThat(RequestTrace.of((String) null, random).traceId())
                .isNotEqualTo(RequestTrace.of((String) null, random).traceId());
    }
}
