package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.UploadResult;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultStreamTests {
    private static final String RESULT = """
            {"id":"019ab000-0000-7000-8000-000000000001","attempt":1,"pipeline":"spam","status":"EXPIRED","hops":[],\
            "acceptedAt":"2026-11-22T21:00:00Z","publishedAt":"2026-11-22T21:00:01Z"}""";

    @Test
    void readsAResult() {
        assertThat(ResultStream.decode(RESULT.getBytes(UTF_8), Instant.EPOCH))
                .hasValueSatisfying(
                        arrival -> assertThat(arrival.result().status()).isEqualTo(UploadResult.Status.EXPIRED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hello", "", "null", "[]", "{}", "{\"id\":\"019ab000-0000-7000-8000-000000000001\",\"hops\":[]}"
            })
    void passesOverWhatIsNone(String value) {
        assertThat(ResultStream.decode(value.getBytes(UTF_8), Instant.EPOCH)).isEmpty();
        assertThat(ResultStream.decode(null, Instant.EPOCH)).isEmpty();
    }
}
