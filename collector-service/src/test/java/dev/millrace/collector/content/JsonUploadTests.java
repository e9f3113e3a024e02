package dev.millrace.collector.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonUploadTests {
    @Test
    void readsEveryField() {
        var upload = parse("""
                {"pipeline": "spam", "content": "a\\u00e9", "contentType": "text/plain", "key": "k", "deadline": "10m",
                 "attributes": {"b": "c", "d": ""}}
                """);

        assertThat(upload)
                .isEqualTo(new JsonUpload("a\u00e9", "spam", "text/plain", "k", "10m", Map.of("b", "c", "d", "")));
    }

    @Test
    void asksForNothingButContent() {
        assertThat(parse("{\"content\":\"a\"}")).isEqualTo(new JsonUpload("a", null, null, null, null, Map.of()));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments("", "'body': nothing (expected: an object)"),
                arguments("[]", "'body': an array (expected: an object)"),
                arguments("\"a\"", "'body': a string (expected: an object)"),
                arguments("{\"content\":\"a\"", "not valid JSON at line 1"),
                arguments("{\"content\":\"a\"} x", "not valid JSON at line 1"),
                arguments("{\"content\":\"a\"}{}", "more after the object"),
                arguments("{'content':'a'}", "not valid JSON"),
                arguments("{\"content\":\"a\",}", "not valid JSON"),
                arguments("{\"content\":\"a\n\"}", "not valid JSON"),
                arguments("{\"content\":null}", "'content': null (expected: a string)"),
                arguments("{\"content\":1}", "'content': a number (expected: a string)"),
                arguments("{\"content\":{\"a\":1}}", "'content': an object (expected: a string)"),
                arguments("{\"pipeline\":\"spam\"}", "content: none (expected: a string)"),
                arguments("{\"content\":\"a\",\"content\":\"a\"}", "'content' given twice"),
                arguments("{\"content\":\"a\",\"Key\":\"b\"}", "'Key' unknown (expected: pipeline, content,"),
                arguments("{\"content\":\"a\",\"attributes\":[]}", "'attributes': an array"),
                arguments("{\"content\":\"a\",\"attributes\":{\"b\":true}}", "'attributes.b': a boolean"),
                arguments("{\"content\":\"a\",\"attributes\":{\"b\":\"c\",\"b\":\"c\"}}", "'attributes.b' given twice"),
                arguments("{\"content\":\"a\",\"" + "x".repeat(1000) + "\":1}", "not valid JSON"),
                arguments("{\"a\":".repeat(1000), "'a' unknown"));
    }

    @ParameterizedTest
    @MethodSource
    void refuses(String json, String detail) {
        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(() -> parse(json))
                .withMessageContaining(detail)
                .extracting(RequestProblem::code)
                .isEqualTo(ErrorCode.MALFORMED_JSON);
    }

    @Test
    void refusesWhatIsNotUtf8() {
        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(() -> JsonUpload.parse("{\"content\":\"\u00fc\"}".getBytes(ISO_8859_1)))
                .withMessageContaining("not valid UTF-8");
    }

    @Test
    void refusesHalfASurrogatePairInContent() {
        var upload = parse("{\"content\":\"a\\ud83d\"}");

        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(upload::contentBytes)
                .extracting(RequestProblem::code)
                .isEqualTo(ErrorCode.MALFORMED_TEXT);
    }

    private static JsonUpload parse(String json) {
        return JsonUpload.parse(json.getBytes(UTF_8));
    }
}
