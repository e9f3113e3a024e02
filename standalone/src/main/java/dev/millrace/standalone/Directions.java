package dev.millrace.standalone;

import dev.millrace.contract.Topics;
import dev.millrace.standalone.suite.Addresses;
import java.nio.file.Path;

/** Says where to find everything in a suite that runs. */
final class Directions {
    private final Console console;

    Directions(Console console) {
        this.console = console;
    }

    void print(Addresses addresses, Path folder) {
        console.print("");
        line("API", addresses.api() + "/v1/uploads");
        line("Dashboard", addresses.dashboard());
        line("Results", "topic %s on Kafka at %s".formatted(Topics.RESULTS, addresses.bootstrapServers()));
        line("Folder", folder.toString());
    }

    private void line(String name, String value) {
        console.print("  %s %s", console.bold("%-10s".formatted(name)), value);
    }
}
