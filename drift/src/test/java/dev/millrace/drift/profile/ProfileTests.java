package dev.millrace.drift.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileTests {
    @TempDir
    private Path folder;

    @Test
    void readsWhatItWrote() throws IOException {
        var random = new SplittableRandom(2);
        var profile = new Profile(List.of(
                SeriesProfile.of("score", random.doubles(2899).toArray()),
                SeriesProfile.of("links", new double[] {0, 0, 0, 1, 2, Double.NaN})));

        var read = Profile.read(write(profile.toJson()));

        assertThat(read.toJson()).isEqualTo(profile.toJson());
        assertThat(read.fingerprint()).isEqualTo(profile.fingerprint());
        assertThat(read.series().get(1).rows()).isEqualTo(5);
    }

    @Test
    void tellsProfilesApart() {
        var one = new Profile(List.of(SeriesProfile.of("a", new double[] {1, 2})));
        var renamed = new Profile(List.of(SeriesProfile.of("b", new double[] {1, 2})));
        var moved = new Profile(List.of(SeriesProfile.of("a", new double[] {1, 3})));

        assertThat(List.of(one.fingerprint(), renamed.fingerprint(), moved.fingerprint()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"series":[]}                                                            | format 1 (expected: 2)
                    {"format":2}                                                             | series
                    {"format":2,"series":[{"name":"a","edges":[1],"counts":[1]}]}            | a.counts: 1 (expected: 2, one more than edges)
                    {"format":2,"series":[{"name":"a","edges":[1],"counts":[0,0]}]}          | a.counts: (expected: 0 or more each, 1 or more in all)
                    {"format":2,"series":[{"name":"a","edges":[2,1],"counts":[1,1,1]}]}      | edges[1]: 1.0 (expected: finite, above the one before)
                    {"format":2,"series":[{"name":"a","edges":[1],"counts":[1,1]},{"name":"a","edges":[1],"counts":[1,1]}]} | series: 'a' twice (expected: each name once)
                    nothing                                                                  | nothing
                    """)
    void refusesWhatIsNoProfile(String json, String message) throws IOException {
        Path file = write(json);

        assertThatThrownBy(() -> Profile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("profile.json");
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThatThrownBy(() -> Profile.read(folder.resolve("none.json")))
                .hasMessageContaining("none.json: no such file (expected: the model's profile)");
    }

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("profile.json"), json);
    }
}
