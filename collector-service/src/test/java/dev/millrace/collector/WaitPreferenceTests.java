package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class WaitPreferenceTests {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=10                    | 10",
                "Wait = \"7\"               | 7",
                "respond-async, wait=10     | 10",
                "wait=10; foo=bar           | 10",
                "wait=1, wait=2             | 1",
                "wait=60                    | 60",
                "wait=61                    | 60",
                "wait=999999999             | 60",
                "wait=0                     | 0",
                "wait=-1                    | 0",
                "wait=ten                   | 0",
                "wait                       | 0",
                "wait=9999999999            | 0",
                "respond-async              | 0"
            })
    void readsTheSecondsToWait(String header, int seconds) {
        var request = new MockHttpServletRequest();
        request.addHeader("Prefer", header);

        assertThat(WaitPreference.of(request).time()).isEqualTo(Duration.ofSeconds(seconds));
    }
}
