package dev.millrace.monitoring.drift;

import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Histogram;
import java.util.List;

/** What is said of a window, and what it counted, beside the reference. */
record JudgedWindow(DriftReport report, List<Histogram> histograms) {
    JudgedWindow {
        histograms = List.copyOf(histograms);
    }
}
