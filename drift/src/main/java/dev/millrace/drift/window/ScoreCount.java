package dev.millrace.drift.window;

/**
 * Rows of a window with about one score.
 *
 * @param score the middle of their bin
 */
public record ScoreCount(double score, long rows) {}
