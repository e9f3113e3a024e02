package dev.millrace.monitoring.flow;

import dev.millrace.contract.UploadResult;
import java.util.Map;

/** Is told each event of the flow once, repeats left out. */
public interface FlowListener {
    /** @param inputs the upload's numbers by name: the engineered features, text_length and token_count */
    void extracted(String pipeline, Map<String, Double> inputs);

    /** A version of a model answered an upload of the pipeline. */
    void predicted(String pipeline, String model, String version);

    void published(UploadResult result);
}
