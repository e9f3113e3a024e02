package dev.millrace.monitoring.drift;

/** One series of one model version: its reference and its last values. Safe to share between threads. */
final class Series {
    private final String model;
    private final Reference reference;
    private final Bins bins;
    private final SlidingWindow window;
    private final DriftProperties properties;

    Series(String model, Reference reference, DriftProperties properties) {
        this.model = model;
        this.reference = reference;
        this.bins = Bins.of(reference);
        this.window = new SlidingWindow(bins, properties.windowRows());
        this.properties = properties;
    }

    String feature() {
        return reference.name();
    }

    /** Takes in a finite value. */
    synchronized void add(double value) {
        window.add(value);
    }

    synchronized DriftFigure figure() {
        int rows = window.rows();
        int needed = properties.minimumRows();
        if (rows < needed) {
            return new DriftFigure(model, feature(), DriftFigure.State.TOO_FEW_ROWS, rows, needed, null, null);
        }
        double psi = PopulationStability.index(bins.referenceCounts(), window.counts());
        double threshold =
                PopulationStability.threshold(reference.count(), rows, bins.size(), properties.significance());
        var state = psi > threshold ? DriftFigure.State.DRIFTED : DriftFigure.State.STABLE;
        return new DriftFigure(model, feature(), state, rows, needed, psi, threshold);
    }
}
