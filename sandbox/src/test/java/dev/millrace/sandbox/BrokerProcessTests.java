package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessTests {
    @Test
    void takesAFolderWithAnyLettersInItsName(@TempDir Path parent) throws Exception {
        var folder = parent.resolve("Mühle 水車 a=b#c");

        var file = BrokerProcess.configure(folder, 9092, new BrokerProcess.Place(1, List.of(9093)));

        // As Kafka reads it.
        var settings = new Properties();
        try (var content = Files.newInputStream(file)) {
            settings.load(content);
        }
        assertThat(settings).containsEntry("log.dirs", folder.resolve("data").toString());
    }
}
