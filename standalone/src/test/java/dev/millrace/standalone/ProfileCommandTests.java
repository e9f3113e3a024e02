package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.standalone.profile.Rows;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileCommandTests {
    @TempDir
    private Path folder;

    @Test
    void makesAProfileThatMonitoringReads() throws Exception {
        var rows = rows(600);
        var out = folder.resolve("profile.json");

        var printed = new ByteArrayOutputStream();
        var before = System.out;
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            assertThat(profile(rows, out)).isEqualTo(Millrace.OK);
        } finally {
            System.setOut(before);
        }

        String sha256 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(out)));
        assertThat(printed.toString(UTF_8))
                .contains("600 rows of spam/2", "profile.json: \"" + sha256 + "\"")
                .contains("embeddings are not watched: fewer than 100 of one size")
                .doesNotContain("left out");
        var profile = Profile.read(out);
        assertThat(profile.series()).hasSize(2);
        assertThat(profile.series().getFirst().rows()).isEqualTo(600);
    }

    @Test
    void saysWhatBecameOfTheEmbeddings() {
        var embeddings = new HashMap<UUID, float[]>();
        for (int i = 0; i < 600; i++) {
            embeddings.put(new UUID(i, i), new float[] {i, 1, 2});
        }
        var printed = new ByteArrayOutputStream();

        ProfileCommand.printEmbeddings(
                new Console(new PrintStream(printed, true, UTF_8), System.err, false, false),
                new Rows(2000, new Profile(List.of(), EmbeddingProfile.of(embeddings)), 1234));

        assertThat(printed.toString(UTF_8).lines())
                .containsExactly(
                        "  embedding                512, of 3 elements",
                        "  embeddings left out      1,234 (expected: finite, of one size, of 1,024 elements at the most)");
    }

    @Test
    void leavesAFileThatIsThereAlone() throws Exception {
        var rows = rows(600);
        var out = Files.writeString(folder.resolve("profile.json"), "mine");

        assertThat(profile(rows, out)).isEqualTo(Millrace.TO_BE_MENDED);
        assertThat(out).hasContent("mine");
        assertThat(profile(rows, out, "--force")).isEqualTo(Millrace.OK);
        assertThat(Profile.read(out).series()).hasSize(2);
    }

    @Test
    void makesNoneOfTooFewRows() throws Exception {
        var out = folder.resolve("profile.json");

        assertThat(profile(rows(499), out)).isEqualTo(Millrace.TO_BE_MENDED);
        assertThat(profile(folder.resolve("missing"), out)).isEqualTo(Millrace.TO_BE_MENDED);
        assertThat(profile(rows(600), out, "--rows", "10")).isEqualTo(2);
        assertThat(profile(rows(600), out, "--since", "yesterday")).isEqualTo(2);
        assertThat(out).doesNotExist();
    }

    private static int profile(Path rows, Path out, String... options) {
        var arguments = new String[7 + options.length];
        System.arraycopy(
                new String[] {"profile", "spam", "2", "--from", rows.toString(), "--out", out.toString()},
                0,
                arguments,
                0,
                7);
        System.arraycopy(options, 0, arguments, 7, options.length);
        return Millrace.commandLine().execute(arguments);
    }

    private Path rows(int count) throws Exception {
        var lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"score\": %s, \"links\": %d}%n".formatted(i / 1000.0, i % 7));
        }
        return Files.writeString(folder.resolve("rows.ndjson"), lines);
    }
}
