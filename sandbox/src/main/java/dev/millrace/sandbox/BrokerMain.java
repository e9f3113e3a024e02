package dev.millrace.sandbox;

import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;

/** Entry point of the broker's own JVM: formats the storage if that was not done yet, then runs the broker. */
final class BrokerMain {
    /** Any one will do, as there is one cluster in a folder. */
    private static final String CLUSTER_ID = "millraceSandboxClust3w";

    private BrokerMain() {}

    public static void main(String[] arguments) {
        String configuration = Path.of(arguments[0]).toString();
        int status = StorageTool.execute(
                new String[] {"format", "--ignore-formatted", "--cluster-id", CLUSTER_ID, "--config", configuration},
                System.out);
        if (status != 0) {
            System.exit(status);
        }
        Kafka.main(new String[] {configuration});
    }
}
