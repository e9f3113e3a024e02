package dev.millrace.monitoring.drift;

import dev.millrace.drift.profile.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles of the model versions that answer. A version without a readable one is named in the log and in
 * {@link #missing()}. Safe to share between threads.
 */
final class Profiles {
    private static final Logger LOGGER = LoggerFactory.getLogger(Profiles.class);
    /** Name and version become part of a path and a tag. */
    private static final Pattern SAFE =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    /** A repository may be filled after the first answer. */
    private static final Duration RETRY = Duration.ofMinutes(1);
    /** Versions that are followed at the most, so that meters stay bounded. */
    private static final int MOST = 32;

    private final @Nullable Path repository;
    private final InstantSource clock;
    private final Map<String, Profile> profiles = new ConcurrentHashMap<>();
    private final Map<String, String> missing = new ConcurrentSkipListMap<>();
    private final Map<String, Instant> tried = new ConcurrentHashMap<>();

    /** @param repository the model repository, or null if there is none: then there are no profiles */
    Profiles(@Nullable Path repository, InstantSource clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /** The profile of a version, as in {@code spam/2}. */
    Optional<Profile> of(String model) {
        var known = profiles.get(model);
        if (known != null) {
            return Optional.of(known);
        }
        var last = tried.get(model);
        if (last != null && last.isAfter(clock.instant().minus(RETRY))) {
            return Optional.empty();
        }
        return open(model);
    }

    /** The versions without a profile, and why. */
    Map<String, String> missing() {
        return Map.copyOf(missing);
    }

    private synchronized Optional<Profile> open(String model) {
        if (profiles.size() + tried.size() >= MOST && !tried.containsKey(model)) {
            missing.put("others", "more than %d versions".formatted(MOST));
            return Optional.empty();
        }
        try {
            var profile = read(model);
            profiles.put(model, profile);
            tried.remove(model);
            missing.remove(model);
            return Optional.of(profile);
        } catch (IOException e) {
            missing.put(model, String.valueOf(e.getMessage()));
            if (tried.put(model, clock.instant()) == null) {
                LOGGER.atWarn()
                        .addKeyValue("model", model)
                        .addKeyValue("reason", e.getMessage())
                        .log("no drift figures");
            }
            return Optional.empty();
        }
    }

    private Profile read(String model) throws IOException {
        if (repository == null) {
            throw new IOException("millrace.models.repository: none (expected: the model repository's folder)");
        }
        if (!SAFE.matcher(model).matches()) {
            throw new IOException(
                    "model: '%s' (expected: name and version of letters, digits, '_', '.', '-')".formatted(model));
        }
        return Profile.read(repository.resolve(model).resolve("profile.json"));
    }
}
