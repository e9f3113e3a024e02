package dev.millrace.model;

/** How DJL runs PyTorch. Read once, when it loads its engine, so whoever is first to use it applies them before. */
public final class EngineSettings {
    private EngineSettings() {}

    /** Sets what an operator has not set. */
    public static void apply() {
        setDefault("ai.djl.offline", "true");
        setDefault("OPT_OUT_TRACKING", "true");
        setDefault("ai.djl.pytorch.num_threads", "1");
        setDefault("ai.djl.pytorch.num_interop_threads", "1");
        // Else the JIT compiles anew for each shape it meets.
        setDefault("ai.djl.pytorch.graph_optimizer", "false");
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
