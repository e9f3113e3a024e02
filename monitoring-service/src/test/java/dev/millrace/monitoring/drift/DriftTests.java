package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.UploadResult;
import dev.millrace.monitoring.drift.DriftFigure.State;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class DriftTests {
    private static final DriftProperties PROPERTIES = new DriftProperties(500, 200, 0.001);

    @TempDir
    private Path repository;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final Random random = new Random(3);

    @BeforeEach
    void writesAProfile() throws IOException {
        Path folder = Files.createDirectories(repository.resolve("spam/2"));
        var series = List.of(
                Samples.reference("links", random.doubles(3000)), Samples.reference("score", random.doubles(3000)));
        Files.writeString(
                folder.resolve("profile.json"),
                JsonMapper.builder().build().writeValueAsString(Map.of("series", series)));
    }

    @Test
    void hasNoFigureBeforeThereAreEnoughRows() {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);
        drift.predicted("spam", "spam", "2");

        feed(drift, 199, 0);

        assertThat(figure(drift, "links").state()).isEqualTo(State.TOO_FEW_ROWS);
        assertThat(gauge("millrace.drift.psi", "links")).isNaN();
        assertThat(gauge("millrace.drift.psi.threshold", "links")).isNaN();
    }

    @Test
    void isStableWhileInputsAreAsInTraining() {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);
        drift.predicted("spam", "spam", "2");

        feed(drift, 500, 0);

        assertThat(figure(drift, "links").state()).isEqualTo(State.STABLE);
        assertThat(gauge("millrace.drift.psi", "links")).isLessThan(gauge("millrace.drift.psi.threshold", "links"));
    }

    @Test
    void seesAShiftAndItsEnd() {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);
        drift.predicted("spam", "spam", "2");

        feed(drift, 500, 0.3);
        var shifted = figure(drift, "links").state();
        feed(drift, 500, 0);
        var back = figure(drift, "links").state();

        assertThat(shifted).isEqualTo(State.DRIFTED);
        assertThat(back).isEqualTo(State.STABLE);
    }

    @Test
    void followsTheScoreOfTheVersionThatAnswered() {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);

        for (int i = 0; i < 300; i++) {
            drift.published(result(0.99));
        }

        assertThat(figure(drift, "score").state()).isEqualTo(State.DRIFTED);
        assertThat(figure(drift, "links").rows()).isZero();
    }

    @Test
    void leavesOutAndCountsWhatIsNotFinite() {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);
        drift.predicted("spam", "spam", "2");

        drift.extracted("spam", Map.of("links", Double.NaN));

        assertThat(figure(drift, "links").rows()).isZero();
        assertThat(registry.get("millrace.drift.invalid")
                        .tag("model", "spam/2")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void namesAVersionWithoutAProfile() {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);

        drift.predicted("spam", "spam", "9");
        drift.extracted("spam", Map.of("links", 1.0));

        assertThat(drift.figures()).isEmpty();
        assertThat(drift.withoutFigures()).containsOnlyKeys("spam/9");
        assertThat(drift.withoutFigures().get("spam/9")).contains("profile.json: no such file");
    }

    @Test
    void findsAProfileThatComesLater() throws IOException {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);
        drift.predicted("spam", "spam", "9");
        Files.createDirectories(repository.resolve("spam/9"));
        Files.copy(repository.resolve("spam/2/profile.json"), repository.resolve("spam/9/profile.json"));

        drift.predicted("spam", "spam", "9");
        int atOnce = drift.figures().size();
        now = now.plus(Duration.ofMinutes(2));
        drift.predicted("spam", "spam", "9");

        assertThat(atOnce).isZero();
        assertThat(drift.figures()).hasSize(2);
        assertThat(drift.withoutFigures()).isEmpty();
    }

    @Test
    void namesAProfileThatIsNone() throws IOException {
        Path folder = Files.createDirectories(repository.resolve("spam/3"));
        Files.writeString(folder.resolve("profile.json"), "{\"series\": [{\"name\": \"links\"}]}");
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);

        drift.predicted("spam", "spam", "3");

        assertThat(drift.withoutFigures().get("spam/3")).contains("profile.json", "count");
    }

    @Test
    void opensNoFileOutsideTheRepository() {
        var drift = new Drift(repository.resolve("spam"), PROPERTIES, registry, () -> now);

        drift.predicted("spam", "..", "spam/2");

        assertThat(drift.figures()).isEmpty();
        assertThat(drift.withoutFigures().get("../spam/2")).startsWith("model: '..'");
    }

    @Test
    void hasNoFiguresWithoutARepository() {
        var drift = new Drift(null, PROPERTIES, registry, () -> now);

        drift.predicted("spam", "spam", "2");

        assertThat(drift.withoutFigures().get("spam/2")).startsWith("millrace.models.repository: none");
    }

    @Test
    void followsABoundedNumberOfVersions() {
        var drift = new Drift(repository, PROPERTIES, registry, () -> now);

        for (int version = 0; version < 100; version++) {
            drift.predicted("spam", "made-up", Integer.toString(version));
        }

        assertThat(drift.withoutFigures()).hasSize(33).containsEntry("others", "more than 32 versions");
    }

    private void feed(Drift drift, int rows, double shift) {
        for (int i = 0; i < rows; i++) {
            drift.extracted("spam", Map.of("links", random.nextDouble() + shift, "unknown", 1.0));
        }
    }

    private static DriftFigure figure(Drift drift, String feature) {
        return drift.figures().stream()
                .filter(figure -> figure.feature().equals(feature))
                .findFirst()
                .orElseThrow();
    }

    private double gauge(String name, String feature) {
        return registry.get(name)
                .tags("model", "spam/2", "feature", feature)
                .gauge()
                .value();
    }

    private static UploadResult result(double score) {
        return new UploadResult(
                UUID.randomUUID(),
                1,
                "spam",
                UploadResult.Status.SUCCEEDED,
                "spam",
                score,
                0.5,
                new UploadResult.Model("spam", "2", "00", "fp32"),
                null,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(),
                null);
    }
}
