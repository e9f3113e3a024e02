package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTests {
    @Test
    void saysWhichPartOfABrowserIsMissing(@TempDir Path folder) throws IOException {
        assertThat(DoctorCommand.describeBrowser(folder.toString()))
                .startsWith("no chromium, no chromedriver; only mvn verify needs it");
        for (String name : List.of("chromium", "chromedriver")) {
            assertThat(Files.createFile(folder.resolve(name)).toFile().setExecutable(true))
                    .isTrue();
        }

        assertThat(DoctorCommand.describeBrowser("/nowhere:" + folder))
                .isEqualTo("chromium and chromedriver, for mvn verify");
    }
}
