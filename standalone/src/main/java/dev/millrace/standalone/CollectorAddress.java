package dev.millrace.standalone;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the HTTP API of commands that post. */
final class CollectorAddress {
    @Option(
            names = "--url",
            paramLabel = "URL",
            converter = HttpAddress.class,
            description = "Collector's address (default: that of the running suite).")
    private @Nullable String url;

    /** The address that was given, else that of the suite that runs. */
    String of(Millrace millrace) {
        return url != null ? url : millrace.runningSuite().addresses().api();
    }
}
