package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.LANE;
import static dev.millrace.stage.TestRecords.headers;
import static dev.millrace.stage.TestRecords.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Headers;
import dev.millrace.contract.v1.ModelReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class DeadLettersTests {
    private final FakeProducer producer = new FakeProducer();
    private final DeadLetters letters = new DeadLetters("feature", "feature-service", () -> ModelReference.newBuilder()
            .setDigest("abc")
            .build());

    private ProducerRecord<byte[], byte[]> letter(String body, String detail) {
        var headers = headers(id(9));
        headers.add("x-custom", new byte[] {0, -1});
        headers.add("x-null", null);
        letters.send(producer, TestRecords.record(LANE, 9, headers, body), ErrorCode.UNDECODABLE_RECORD, detail);
        return producer.sent("input.v1.feature-service.dlq").getFirst();
    }

    @Test
    void keepsTheOriginalWhole() {
        var letter = letter("body", "why");

        assertThat(letter.partition()).isEqualTo(3);
        assertThat(TestRecords.text(letter.key())).isEqualTo("key 9");
        assertThat(TestRecords.text(letter.value())).isEqualTo("body");
        assertThat(letter.headers().lastHeader("x-custom").value()).containsExactly(0, -1);
        assertThat(letter.headers().lastHeader("x-null").value()).isNull();
        assertThat(Headers.text(letter.headers(), Headers.UPLOAD_ID)).isEqualTo(id(9).toString());
    }

    @Test
    void saysWhatWentWrongAndWhere() {
        var headers = letter("body", "y".repeat(10_000)).headers();

        assertThat(Headers.text(headers, Headers.DEAD_LETTER_ID)).isEqualTo("input.v1.feature-service.dlq/3/9");
        assertThat(Headers.text(headers, Headers.DEAD_LETTER_SOURCE)).isEqualTo("input.v1/3/9");
        assertThat(Headers.text(headers, Headers.DEAD_LETTER_CODE)).isEqualTo("UNDECODABLE_RECORD");
        assertThat(Headers.text(headers, Headers.DEAD_LETTER_STAGE)).isEqualTo("feature");
        assertThat(Headers.text(headers, Headers.DEAD_LETTER_MODEL)).isEqualTo("abc");
        assertThat(Headers.text(headers, Headers.DEAD_LETTER_DETAIL)).hasSize(513);
    }
}
