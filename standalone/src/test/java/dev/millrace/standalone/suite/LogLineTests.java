package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogLineTests {
    @Test
    void showsTheEssenceOfAStructuredLine() {
        var lines = LogLine.render("""
                {"@timestamp":"2026-11-22T21:04:05.123456Z","log":{"level":"WARN","logger":"dev.millrace.stage.LaneWorker"},\
                "message":"lane stalled","millrace":{"lane":"3"}}""");

        assertThat(lines).containsExactly("21:04:05.123 WARN  LaneWorker: lane stalled");
    }

    @Test
    void showsTheErrorAndItsRootCause() {
        var lines = LogLine.render("""
                {"@timestamp":"2026-11-22T21:04:05.123456Z","log":{"level":"ERROR","logger":"a.B"},"message":"run failed",\
                "error":{"type":"a.Outer","message":"outer","stack_trace":"a.Outer: outer\\n\\tat x\\nCaused by: a.Middle: m\\n\\tat y\\nCaused by: a.Root: r\\n\\tat z"}}""");

        assertThat(lines)
                .containsExactly("21:04:05.123 ERROR B: run failed", "  a.Outer: outer", "  Caused by: a.Root: r");
    }

    @Test
    void cutsLinesThatNobodyReads() {
        var lines = LogLine.render("{\"message\":\"%s\"}".formatted("x".repeat(5000)));

        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line).hasSizeLessThan(510).endsWith("..."));
    }

    @Test
    void keepsToTheErrorsIfThereAreAny() {
        String info = "{\"log\":{\"level\":\"INFO\",\"logger\":\"a.B\"},\"message\":\"starting\"}";
        String error = "{\"log\":{\"level\":\"ERROR\",\"logger\":\"a.B\"},\"message\":\"no model\"}";

        assertThat(LogLine.essence(List.of(info, error, "bye"))).containsExactly(" ERROR B: no model");
        assertThat(LogLine.essence(List.of(info, "bye"))).containsExactly(" INFO  B: starting", "bye");
    }

    @Test
    void leavesOtherLinesAlone() {
        assertThat(LogLine.render("1234:M * Ready to accept connections"))
                .containsExactly("1234:M * Ready to accept connections");
        assertThat(LogLine.render("{ no json")).containsExactly("{ no json");
    }
}
