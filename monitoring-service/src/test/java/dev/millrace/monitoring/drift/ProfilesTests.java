package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfilesTests {
    @TempDir
    private Path repository;

    private Instant now = Instant.parse("2026-11-23T10:00:00Z");

    @Test
    void readsTheProfileOfAVersion() throws IOException {
        write("spam/2");
        var profiles = new Profiles(repository, () -> now);

        assertThat(profiles.of("spam/2").orElseThrow().series()).hasSize(1);
        assertThat(profiles.missing()).isEmpty();
    }

    @Test
    void looksAgainForAProfileThatIsMissing() throws IOException {
        var profiles = new Profiles(repository, () -> now);
        profiles.of("spam/2");
        write("spam/2");

        assertThat(profiles.of("spam/2")).isEmpty();
        assertThat(profiles.missing().get("spam/2")).contains("profile.json: no such file");
        now = now.plusSeconds(61);
        assertThat(profiles.of("spam/2")).isPresent();
        assertThat(profiles.missing()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc", "spam/..", "spam", "a/b/c", "spam/2\n"})
    void readsNothingOutsideOfTheRepository(String model) {
        var profiles = new Profiles(repository, () -> now);

        assertThat(profiles.of(model)).isEmpty();
        assertThat(profiles.missing().get(model)).startsWith("model: '");
    }

    @Test
    void followsABoundedNumberOfVersions() {
        var profiles = new Profiles(repository, () -> now);

        for (int i = 0; i < 100; i++) {
            profiles.of("spam/" + i);
        }

        assertThat(profiles.missing()).hasSize(33).containsEntry("others", "more than 32 versions");
    }

    @Test
    void namesARepositoryThatIsNotSet() {
        var profiles = new Profiles(null, () -> now);

        assertThat(profiles.of("spam/2")).isEmpty();
        assertThat(profiles.missing().get("spam/2")).startsWith("millrace.models.repository: none");
    }

    private void write(String model) throws IOException {
        var profile = new Profile(List.of(SeriesProfile.of("links", new double[] {1, 2, 3})));
        Files.writeString(Files.createDirectories(repository.resolve(model)).resolve("profile.json"), profile.toJson());
    }
}
