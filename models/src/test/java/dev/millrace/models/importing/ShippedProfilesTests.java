package dev.millrace.models.importing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedProfilesTests {
    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void watchEmbeddingsAsTheEncoderMakesThem(String version) throws IOException {
        var profile = Profile.read(TestRepository.folder().resolve("spam/%s/profile.json".formatted(version)));

        var embedding = requireNonNull(profile.embedding());
        assertThat(embedding.size()).isEqualTo(EmbeddingProfile.ROWS);
        assertThat(embedding.dimension())
                .isEqualTo(requireNonNull(TestRepository.encoder().descriptor().encoder())
                        .embeddingSize());
    }
}
