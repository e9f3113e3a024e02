package dev.millrace.standalone.precompute;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.standalone.precompute.Precomputation.Answer;
import dev.millrace.standalone.precompute.Precomputation.Answering;
import dev.millrace.standalone.precompute.Precomputation.Standing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecomputationTests {
    private static final int LINES = 100;

    @TempDir
    private Path folder;

    private Path file;
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final List<Standing> shown = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(
                folder.resolve("uploads.ndjson"),
                IntStream.range(0, LINES).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining()));
    }

    @Test
    void hasEachLineAnsweredOnce() throws Exception {
        var end = computation("api", json -> new Answer(json.endsWith("7"), "")).run();

        assertThat(asked).hasSize(LINES).doesNotHaveDuplicates();
        assertThat(end).isEqualTo(new Standing(Files.size(file), Files.size(file), LINES, 10, 0));
        assertThat(shown).hasSize(LINES).extracting(Standing::bytes).isSorted();
        assertThat(folder).isDirectoryNotContaining("glob:**.progress");
    }

    @Test
    void goesOnWhereItWasCutOff() throws Exception {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> computation("api", failingAt("line 60")).run());
        int first = asked.size();
        asked.clear();

        var second = computation("api", json -> new Answer(false, ""));
        assertThat(second.begunAt()).isEqualTo(60);
        second.run();

        assertThat(first).isLessThan(LINES);
        assertThat(asked).hasSize(40).contains("line 60", "line 99").doesNotContain("line 59");
    }

    @Test
    void forgetsNoMistakeWhenItIsCutOff() throws Exception {
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> computation("api", json -> {
                    if (json.equals("line 60")) {
                        throw new IllegalStateException("gone");
                    }
                    return new Answer(false, json.equals("line 7") ? "refused" : "");
                })
                .run());

        var end = computation("api", json -> new Answer(false, "")).run();

        assertThat(end.wrong()).isEqualTo(1);
        assertThat(end.lines()).isEqualTo(LINES);
    }

    @Test
    void takesAFileThatIsReplacedMeanwhileForAnotherOne() throws Exception {
        assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> computation("api", json -> {
                    if (json.equals("line 60")) {
                        var other = Files.writeString(folder.resolve("other"), "line one\nline two\n");
                        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
                        throw new IllegalStateException("gone");
                    }
                    return new Answer(false, "");
                })
                .run());

        assertThat(computation("api", json -> new Answer(false, "")).begunAt()).isZero();
    }

    @Test
    void beginsAnewForAnotherTargetOrAnotherFileOrWhenAsked() throws Exception {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> computation("api", failingAt("line 60")).run());

        assertThat(computation("other", json -> new Answer(false, "")).begunAt())
                .isZero();
        var work = computation("api", json -> new Answer(false, ""));
        assertThat(work.begunAt()).isEqualTo(60);
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertThat(computation("api", json -> new Answer(false, "")).begunAt()).isZero();
        Files.writeString(folder.resolve("uploads.ndjson.progress"), "{}");
        assertThat(work.begunAt()).isZero();
        work.restart();
        assertThat(folder).isDirectoryNotContaining("glob:**.progress");
    }

    @Test
    void saysWhichLinesHaveNoPredictionAndGoesOn() throws Exception {
        Files.writeString(file, "good\n\n   \nbad\ngood");

        var work = computation("api", json -> new Answer(false, json.equals("bad") ? "MALFORMED_JSON: no" : ""));
        var end = work.run();

        assertThat(asked).containsExactlyInAnyOrder("good", "bad", "good");
        assertThat(mistakes).containsExactly("line 4: MALFORMED_JSON: no");
        assertThat(end.lines()).isEqualTo(3);
        assertThat(end.wrong()).isEqualTo(1);
    }

    @Test
    void takesAnEmptyFile() throws Exception {
        Files.writeString(file, "");

        assertThat(computation("api", json -> new Answer(false, "")).run()).isEqualTo(new Standing(0, 0, 0, 0, 0));
    }

    private interface Server {
        Answer answer(String json) throws IOException;
    }

    private static Server failingAt(String line) {
        return json -> {
            if (json.equals(line)) {
                throw new IllegalStateException("gone");
            }
            return new Answer(false, "");
        };
    }

    private Precomputation computation(String target, Server server) throws IOException {
        Answering answering = bytes -> {
            String json = new String(bytes, UTF_8);
            asked.add(json);
            try {
                return server.answer(json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        return new Precomputation(file, target, 8, answering, new Precomputation.Progress() {
            @Override
            public void wrong(String mistake) {
                mistakes.add(mistake);
            }

            @Override
            public void at(Standing standing) {
                shown.add(standing);
            }
        });
    }
}
