package dev.millrace.standalone.profile;

import dev.millrace.drift.profile.Profile;

/**
 * What a profile was made of.
 *
 * @param count rows
 * @param leftOut embeddings that no profile can hold, or of another size than those that this one watches; all if it watches none
 */
public record Rows(int count, Profile profile, int leftOut) {}
