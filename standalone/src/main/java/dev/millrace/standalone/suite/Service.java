package dev.millrace.standalone.suite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One of the five services, in the order of an upload's way. */
public enum Service {
    COLLECTOR("collector", false),
    FEATURE("feature", true),
    INFERENCE("inference", true),
    POSTPROCESSOR("postprocessor", false),
    MONITORING("monitoring", false);

    private final String title;
    private final boolean runsModels;

    Service(String title, boolean runsModels) {
        this.title = title;
        this.runsModels = runsModels;
    }

    /** @throws IllegalArgumentException if no service is called that */
    static Service titled(String title) {
        return Arrays.stream(values())
                .filter(service -> service.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "service: '%s' (expected one of %s)".formatted(title, Arrays.toString(values()))));
    }

    /** What people call it: {@code collector}. */
    public String title() {
        return title;
    }

    /** Its module and the name of its consumer group: {@code collector-service}. */
    public String module() {
        return title + "-service";
    }

    /** Variables of its environment that the libraries below the JVM read. */
    public Map<String, String> environment() {
        // oneDNN keeps what it has made for a shape. Texts to 256 tokens make 4,100 such in bf16, and by default it
        // keeps 1,024. And MKL chooses a kernel by the number of rows, but for this: a text would have other bits alone
        // than in a batch.
        return runsModels ? Map.of("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8192", "MKL_CBWR", "AUTO,STRICT") : Map.of();
    }

    /**
     * Flags of its JVM. The heap is small because tensors live outside of it, and because five share one machine. The second compiler is
     * off: with it each start takes twice the processor time and 50 MiB more.
     *
     * @param more separated by blanks, with {@code {service}} for its name; they come last, so that they win
     */
    List<String> flags(String more) {
        var flags = new ArrayList<String>();
        flags.add(runsModels ? "-Xmx256m" : "-Xmx160m");
        flags.add("-XX:+UseSerialGC");
        flags.add("-XX:TieredStopAtLevel=1");
        flags.add("-XX:+ExitOnOutOfMemoryError");
        flags.add("--enable-native-access=ALL-UNNAMED");
        flags.add("--sun-misc-unsafe-memory-access=allow");
        if (runsModels) {
            flags.add("-Dai.djl.offline=true");
        }
        more.lines()
                .flatMap(line -> Arrays.stream(line.split("\\s+")))
                .filter(flag -> !flag.isEmpty())
                .map(flag -> flag.replace("{service}", title))
                .forEach(flags::add);
        return List.copyOf(flags);
    }
}
