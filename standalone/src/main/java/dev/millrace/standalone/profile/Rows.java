package dev.millrace.standalone.profile;

import dev.millrace.drift.profile.Profile;

/**
 * What a profile was made of.
 *
 * @param count rows
 */
public record Rows(int count, Profile profile) {}
