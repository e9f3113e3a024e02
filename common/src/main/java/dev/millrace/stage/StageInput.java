package dev.millrace.stage;

/** One decoded input of a stage. */
public record StageInput<I>(UploadHeaders headers, I value) {}
