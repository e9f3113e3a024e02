package dev.millrace.bench.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSourcesTests {
    private static final List<TextLine> MAILS = List.of(new TextLine("spam-1", true, "/mail"));

    @TempDir
    private Path folder;

    private static List<TextLine> texts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new TextLine("s" + i % 7, false, "package %d is one of many".formatted(i)))
                .toList();
    }

    private TextSources sources(int texts, int german) {
        return new TextSources(new Descriptions(texts(texts), texts(german), 0), MAILS, folder);
    }

    @Test
    void writesWhatIsToBeEmbeddedTheSameEachTime() throws IOException {
        var jobs = sources(20_000, 200).write();
        var texts = TextLine.read(folder.resolve("descriptions.txt"));
        var cut = TextLine.read(folder.resolve("cut.txt"));
        sources(20_000, 200).write();

        assertThat(jobs)
                .containsExactly(
                        "descriptions,fp32,256",
                        "bf16,bf16,256",
                        "cut,fp32,16",
                        "words,fp32,256",
                        "german,fp32,256",
                        "mails,fp32,256");
        assertThat(texts).hasSize(20_000).doesNotHaveDuplicates();
        assertThat(cut).isEqualTo(texts.subList(0, TextSources.FOR_WINDOWS));
        assertThat(TextLine.read(folder.resolve("descriptions.txt"))).isEqualTo(texts);
        assertThat(TextLine.read(folder.resolve("mails.txt"))).isEqualTo(MAILS);
    }

    @Test
    void doesWithoutGermanIfThereIsTooLittle() throws IOException {
        assertThat(sources(20_000, 199).write()).noneMatch(job -> job.startsWith("german"));
    }

    @Test
    void replacesOneWordInTwenty() {
        var texts = texts(4000);

        var changed = TextSources.withOtherWords(texts, List.of(new TextLine("", false, "other")), new Random(1));

        assertThat(changed.stream()
                        .flatMap(line -> List.of(line.content().split(" ")).stream())
                        .filter("other"::equals)
                        .count())
                .isBetween(1100L, 1300L);
        assertThat(changed).hasSameSizeAs(texts);
    }

    @Test
    void refusesToDoWithFew() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sources(19_999, 0))
                .withMessage("texts: 19,999 descriptions with a section (expected: 20,000 or more)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TextSources(null, List.of(), folder))
                .withMessage("texts: none (expected: descriptions of packages, mails, or both)");
    }
}
