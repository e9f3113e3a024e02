package dev.millrace.models.importing;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/** The encoder as ONNX Runtime runs it on the source file, a text at a time and without padding. */
final class OnnxReference implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    OnnxReference() throws OrtException, IOException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(2);
            session = environment.createSession(RepositorySources.onnx(), options);
        }
    }

    /** The embedding of shape (384): the mean of the tokens' last hidden states, scaled to length 1. */
    double[] embed(long[] ids) throws OrtException {
        var ones = new long[ids.length];
        Arrays.fill(ones, 1);
        try (var tokens = OnnxTensor.createTensor(environment, new long[][] {ids});
                var mask = OnnxTensor.createTensor(environment, new long[][] {ones});
                var types = OnnxTensor.createTensor(environment, new long[1][ids.length]);
                var result =
                        session.run(Map.of("input_ids", tokens, "attention_mask", mask, "token_type_ids", types))) {
            float[][] states = ((float[][][]) result.get(0).getValue())[0];
            var mean = new double[states[0].length];
            for (float[] state : states) {
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += state[i] / states.length;
                }
            }
            double length = Math.sqrt(Arrays.stream(mean).map(x -> x * x).sum());
            return Arrays.stream(mean).map(x -> x / length).toArray();
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
