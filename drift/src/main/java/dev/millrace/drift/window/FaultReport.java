package dev.millrace.drift.window;

import java.util.List;

/**
 * A fault of a window's data.
 *
 * @param rows that have it; of repeats, rows beyond the first of their kind
 * @param share of the rows of the window, 0 to 1
 * @param pValue probability of as many if no more than usual were faulty
 * @param where series or parts of the upload that it was seen in, the worst first
 * @param examples ids of up to ten of the uploads; none where rows are only counted
 */
public record FaultReport(
        Fault fault, long rows, double share, double pValue, List<String> where, List<String> examples) {
    public FaultReport {
        where = List.copyOf(where);
        examples = List.copyOf(examples);
    }
}
