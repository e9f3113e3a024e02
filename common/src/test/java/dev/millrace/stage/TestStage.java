package dev.millrace.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.stage.StageDefinition.LaneSource;
import java.io.IOException;
import java.util.List;

/** An inner stage that passes text on. */
final class TestStage {
    static final String OUTPUT = "output.v1";
    static final String LETTERS = "input.v1.group.dlq";
    static final int MAX_OUTPUT = 100;

    private TestStage() {}

    static StageDefinition<String, String> definition(LaneSource source, StageFunction<String, String> function) {
        return new StageDefinition<>(
                "test",
                "group",
                TestRecords.INPUT,
                OUTPUT,
                source,
                body -> {
                    String text = new String(body, UTF_8);
                    if (text.startsWith("undecodable")) {
                        throw new IOException("not of this schema");
                    }
                    return text;
                },
                text -> {
                    if (text.startsWith("unencodable")) {
                        throw new IllegalArgumentException("no body for that");
                    }
                    return text.getBytes(UTF_8);
                },
                function,
                MAX_OUTPUT,
                () -> null);
    }

    static StageDefinition<String, String> definition(LaneSource source) {
        return definition(source, TestStage::copy);
    }

    static List<Outcome<String>> copy(List<StageInput<String>> batch) {
        return batch.stream()
                .<Outcome<String>>map(input -> new Outcome.Value<>(input.value()))
                .toList();
    }
}
