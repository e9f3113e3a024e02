package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.NOW;
import static dev.millrace.stage.TestRecords.headers;
import static dev.millrace.stage.TestRecords.id;
import static dev.millrace.stage.TestRecords.link;
import static dev.millrace.stage.TestRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.Headers;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UploadHeadersTests {
    private static UploadHeaders read(RecordHeaders headers) {
        return UploadHeaders.read(headers, origin(5), NOW);
    }

    @Test
    void readsWhatCollectorSets() {
        var read = read(headers(id(5)));

        assertThat(read.problem()).isNull();
        assertThat(read.uploadId()).isEqualTo(id(5));
        assertThat(read.attempt()).isEqualTo(1);
        assertThat(read.pipeline()).isEqualTo("spam");
        assertThat(read.acceptedAt()).isEqualTo(NOW);
        assertThat(read.deadline()).isEqualTo(NOW.plusSeconds(600));
        assertThat(read.hops()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "millrace-pipeline, ''",
        "millrace-accepted-at, -1",
        "millrace-accepted-at, 9223372036854775807",
        "millrace-deadline, soon",
        "millrace-schema, 2",
    })
    void keepsTheIdWhenAnotherHeaderIsBad(String name, String value) {
        var headers = headers(id(5));
        Headers.set(headers, name, value);

        var read = read(headers);

        assertThat(read.problem()).startsWith(name + ": '" + value + "' (expected: ");
        assertThat(read.uploadId()).isEqualTo(id(5));
        assertThat(read.attempt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "one"})
    void keepsNoIdWithoutItsAttemptSinceTheTwoHaveOneResult(String attempt) {
        var headers = headers(id(5));
        Headers.set(headers, Headers.ATTEMPT, attempt);

        var read = read(headers);

        assertThat(read.problem()).startsWith(Headers.ATTEMPT + ": '" + attempt + "'");
        assertThat(read.uploadId()).isNotEqualTo(id(5));
        assertThat(read.attempt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "1-1-1-1-1",
                "00000000-0000-7000-8000-00000000000G",
                "ABCDEF00-0000-7000-8000-000000000001"
            })
    void makesAnIdFromTheOriginWhenThereIsNone(String text) {
        var headers = headers(id(5));
        Headers.set(headers, Headers.UPLOAD_ID, text);

        var read = read(headers);

        assertThat(read.problem()).startsWith(Headers.UPLOAD_ID);
        assertThat(read.uploadId().version()).isEqualTo(8);
        assertThat(read.uploadId().variant()).isEqualTo(2);
        assertThat(read.uploadId()).isEqualTo(read(headers).uploadId());
        assertThat(read.uploadId())
                .isNotEqualTo(UploadHeaders.read(headers, origin(6), NOW).uploadId());
    }

    @Test
    void refusesALongHeaderWithoutRepeatingItWhole() {
        var headers = headers(id(5));
        Headers.set(headers, Headers.PIPELINE, "x".repeat(1 << 20));

        var read = read(headers);

        assertThat(read.problem()).startsWith(Headers.PIPELINE).hasSizeLessThan(200);
    }

    @Test
    void standsInWithHeadersThatLaterStagesCanRead() {
        for (long time : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            var standIn = UploadHeaders.read(new RecordHeaders(), origin(5), Instant.ofEpochMilli(time));
            var written = new RecordHeaders();
            standIn.write(written);

            var read = UploadHeaders.read(written, origin(5), NOW);

            assertThat(read.problem()).isNull();
            assertThat(read.uploadId()).isEqualTo(standIn.uploadId());
        }
    }

    @Test
    void copiesTheLinkBitByBitAndNothingElseThanItKnows() {
        var source = headers(id(5));
        link(5, 4).write(source);
        Headers.set(source, Headers.HOPS, "x".repeat(513));
        Headers.set(source, Headers.OUTCOME, "failed");
        Headers.set(source, "anything", "else");
        var target = new RecordHeaders();

        UploadHeaders.copy(source, target);

        assertThat(target.lastHeader(Headers.ORIGIN).value())
                .isEqualTo(source.lastHeader(Headers.ORIGIN).value());
        assertThat(target)
                .extracting(Header::key)
                .containsExactlyInAnyOrder(
                        Headers.UPLOAD_ID,
                        Headers.ATTEMPT,
                        Headers.PIPELINE,
                        Headers.ACCEPTED_AT,
                        Headers.DEADLINE,
                        Headers.SCHEMA,
                        Headers.ORIGIN,
                        Headers.PREDECESSOR);
    }

    @Test
    void expiresAfterItsDeadline() {
        var read = read(headers(id(5)));

        assertThat(read.expiredAt(read.deadline())).isFalse();
        assertThat(read.expiredAt(read.deadline().plusMillis(1))).isTrue();
    }
}
