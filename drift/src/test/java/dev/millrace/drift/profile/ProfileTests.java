package dev.millrace.drift.profile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
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
    void readsTheEmbeddingsThatItWrote() throws IOException {
        var profile = new Profile(List.of(), EmbeddingProfile.of(embeddings(600, 8)));

        var read = requireNonNull(Profile.read(write(profile.toJson())).embedding());

        assertThat(read.dimension()).isEqualTo(8);
        assertThat(read.size()).isEqualTo(512);
        assertThat(read.rows())
                .isDeepEqualTo(requireNonNull(profile.embedding()).rows());
        assertThat(Profile.read(write(profile.toJson())).fingerprint())
                .isEqualTo(profile.fingerprint())
                .isNotEqualTo(new Profile(List.of(), EmbeddingProfile.of(embeddings(600, 9))).fingerprint());
    }

    /** Which is what versions before this one wrote. */
    @Test
    void readsTheFormatWithoutEmbeddings() throws IOException {
        var profile = Profile.read(write("""
                        {"format":2,"series":[
                        {"name":"links","edges":[1.0],"counts":[3,4]}
                        ]}
                        """));

        assertThat(profile.embedding()).isNull();
        assertThat(profile.series()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("links");
            assertThat(one.rows()).isEqualTo(7);
        });
    }

    /** Which they are depends on the ids alone. */
    @Test
    void takesTheSameEmbeddingsOfTheSameRows() {
        var embeddings = embeddings(600, 3);
        var sample = EmbeddingProfile.of(embeddings);
        embeddings.put(UUID.randomUUID(), new float[] {1, Float.NaN, 1});
        embeddings.put(UUID.randomUUID(), new float[] {1, 1e9f, 1});

        var again = EmbeddingProfile.of(new TreeMap<>(embeddings));

        assertThat(again.rows()).isDeepEqualTo(sample.rows());
    }

    @Test
    void refusesEmbeddingsThatAreTooFewOrOfSeveralSizes() {
        var mixed = embeddings(200, 3);
        mixed.put(UUID.randomUUID(), new float[4]);

        assertThatThrownBy(() -> EmbeddingProfile.of(embeddings(99, 3)))
                .hasMessage("embedding.rows: 99 (expected: 100 to 512)");
        assertThatThrownBy(() -> EmbeddingProfile.of(mixed)).hasMessageStartingWith("embedding.dimension: ");
    }

    private static Map<UUID, float[]> embeddings(int count, int size) {
        var random = new SplittableRandom(3);
        var embeddings = new HashMap<UUID, float[]>();
        for (int i = 0; i < count; i++) {
            var vector = new float[size];
            for (int j = 0; j < size; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            embeddings.put(new UUID(random.nextLong(), random.nextLong()), vector);
        }
        return embeddings;
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
                    {"series":[]}                                                            | format 1 (expected: 2 or 3)
                    {"format":3}                                                             | series
                    {"format":3,"series":[{"name":"a","edges":[1],"counts":[1]}]}            | a.counts: 1 (expected: 2, one more than edges)
                    {"format":3,"series":[{"name":"a","edges":[1],"counts":[0,0]}]}          | a.counts: (expected: 0 or more each, 1 or more in all)
                    {"format":3,"series":[{"name":"a","edges":[2,1],"counts":[1,1,1]}]}      | edges[1]: 1.0 (expected: finite, above the one before)
                    {"format":3,"series":[{"name":"a","edges":[1],"counts":[1,1]},{"name":"a","edges":[1],"counts":[1,1]}]} | series: 'a' twice (expected: each name once)
                    {"format":4,"series":[]}                                                 | format 4 (expected: 2 or 3)
                    {"format":3,"series":[],"embedding":{"dimension":2,"rows":1}}            | fp16
                    {"format":3,"series":[],"embedding":{"dimension":2,"fp16":"AAAAAA=="}}   | rows
                    {"format":3,"series":[],"embedding":{"dimension":2,"rows":1,"fp16":"AAA"}}      | embedding.fp16: 2 bytes (expected: 4, 1 rows of 2)
                    {"format":3,"series":[],"embedding":{"dimension":2,"rows":99,"fp16":"%s"}}      | embedding.fp16: 400 bytes (expected: 396, 99 rows of 2)
                    {"format":3,"series":[],"embedding":{"dimension":2,"rows":-1,"fp16":"%s"}}      | embedding.fp16: 400 bytes (expected: -4, -1 rows of 2)
                    {"format":3,"series":[],"embedding":{"dimension":1,"rows":0,"fp16":""}}         | embedding.dimension: 1 (expected: 2 to 1024)
                    {"format":3,"series":[],"embedding":{"dimension":1025,"rows":0,"fp16":""}}      | embedding.dimension: 1025 (expected: 2 to 1024)
                    {"format":3,"series":[],"embedding":{"dimension":2,"rows":1,"fp16":"????"}}     | embedding.fp16: Illegal base64 character
                    {"format":3,"series":[],"embedding":{"dimension":2,"rows":1,"fp16":"AHwAAA=="}} | embedding.fp16: Infinity (expected: finite)
                    {"format":3,"series":[],"embedding":{"dimension":2,"rows":1,"fp16":"AAAAAA=="}} | embedding.rows: 1 (expected: 100 to 512)
                    {"format":3,"series":[{"name":"embedding","edges":[1],"counts":[1,1]}]}  | series: 'embedding' (expected: another name, this one stands for the embeddings)
                    nothing                                                                  | nothing
                    """)
    void refusesWhatIsNoProfile(String json, String message) throws IOException {
        Path file = write(json.replace("%s", Base64.getEncoder().encodeToString(new byte[400])));

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
