package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contract.Headers;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollLimitTests {
    private final PollLimit limit = new PollLimit(2, 10, InstantSource.fixed(NOW));

    private static RecordHeaders headers() {
        return TestRecords.headers(TestRecords.id(1));
    }

    private static RecordHeaders expired() {
        var headers = headers();
        Headers.set(headers, Headers.DEADLINE, Long.toString(NOW.toEpochMilli() - 1));
        return headers;
    }

    private byte[] read(RecordHeaders headers, String value) {
        return limit.deserialize("topic", headers, ByteBuffer.wrap(value.getBytes(UTF_8)));
    }

    private void assertIsFull(RecordHeaders headers, String value) {
        assertThatThrownBy(() -> read(headers, value)).isInstanceOf(SerializationException.class);
    }

    @Test
    void endsAPollBeforeTheRecordThatIsOneTooManyToWorkOn() {
        read(headers(), "a");
        read(headers(), "b");

        assertIsFull(headers(), "c");
        assertIsFull(headers(), "c");
        limit.renew();

        assertThat(read(headers(), "c")).isEqualTo("c".getBytes(UTF_8));
    }

    @Test
    void doesNotCountWhatNeedsNoWork() {
        var failed = headers();
        Headers.set(failed.add(Headers.OUTCOME, new byte[0]), Headers.OUTCOME, "failed");

        read(headers(), "a");
        for (int i = 0; i < 3; i++) {
            read(expired(), "b");
            read(failed, "c");
        }
        read(headers(), "d");

        assertIsFull(headers(), "e");
        assertThat(read(expired(), "f")).hasSize(1);
    }

    @Test
    void endsAPollBeforeTheRecordThatMemoryDoesNotHold() {
        read(expired(), "four");
        read(expired(), "six   ");

        assertIsFull(expired(), "1");
        limit.renew();

        assertThat(read(expired(), "1")).hasSize(1);
    }

    @Test
    void givesARecordThatIsTooLargeAPollOfItsOwn() {
        assertThat(read(headers(), "more than ten")).hasSize(13);

        assertIsFull(expired(), "");
    }

    @ParameterizedTest
    @CsvSource({"soon", "-", "99999999999999999999"})
    void takesWhatIsMalformedForWork(String deadline) {
        var headers = headers();
        Headers.set(headers, Headers.DEADLINE, deadline);

        assertThat(PollLimit.needsWork(headers, NOW.toEpochMilli())).isTrue();
        assertThat(PollLimit.needsWork(new RecordHeaders(), NOW.toEpochMilli())).isTrue();
    }
}
