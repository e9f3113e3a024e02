package dev.millrace.monitoring.flow;

/**
 * What a model version has of the traffic.
 *
 * @param model name and version, as in {@code spam/2}
 * @param results that it answered, since this process started
 * @param perSecond results a second over the last five minutes
 * @param share of all versions' results in that time, 0 to 1; 0 if there were none
 */
public record ModelShare(String model, long results, double perSecond, double share) {}
