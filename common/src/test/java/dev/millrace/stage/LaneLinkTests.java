package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.link;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneLinkTests {
    @Test
    void readsWhatItWrote() {
        var headers = new RecordHeaders();
        link(9, 7).write(headers);

        assertThat(LaneLink.read(headers)).isEqualTo(link(9, 7));
    }

    @Test
    void readsTheFirstOfALane() {
        var headers = new RecordHeaders();
        link(9, -1).write(headers);

        assertThat(LaneLink.read(headers)).isEqualTo(link(9, -1));
    }

    @ParameterizedTest
    @CsvSource({
        ", id:0:1",
        "id:0:1, ",
        "'', id:0:1",
        "id:0:1, ''",
        "none, none",
        "id:0:-1, none",
        "id:0:99999999999999999999, none",
        "id:9999999999:1, none",
        "id:0:1, id:0:1:2",
        "i d:0:1, none",
    })
    void findsNoLinkInOtherHeaders(String origin, String predecessor) {
        var headers = new RecordHeaders();
        if (origin != null) {
            Headers.set(headers, Headers.ORIGIN, origin);
        }
        if (predecessor != null) {
            Headers.set(headers, Headers.PREDECESSOR, predecessor);
        }

        assertThat(LaneLink.read(headers)).isNull();
    }

    @Test
    void findsNoLinkInAHeaderWithoutAValue() {
        var headers = new RecordHeaders();
        link(1, 0).write(headers);
        headers.add(Headers.ORIGIN, null);

        assertThat(LaneLink.read(headers)).isNull();
    }
}
