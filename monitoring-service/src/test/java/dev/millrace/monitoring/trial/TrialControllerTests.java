package dev.millrace.monitoring.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.monitoring.FakeCollector;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class TrialControllerTests {
    private final FakeCollector collector = new FakeCollector();
    private final MockMvcTester mvc = offering(URI.create(collector.url() + "/"));

    TrialControllerTests() throws IOException {}

    @AfterEach
    void stop() {
        collector.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"message/rfc822", "text/plain; charset=utf-8", "TEXT/PLAIN"})
    void handsAnUploadAndItsAnswerOn(String type) {
        var answer = post(mvc, type, "Subject: Win\r\n\r\nNow!");

        assertThat(answer).hasStatus(200).bodyJson().extractingPath("$.label").isEqualTo("spam");
        assertThat(answer).hasHeader("Content-Type", "application/json").hasHeader("Cache-Control", "no-store");
        assertThat(collector.received()).containsExactly(type + ", wait=20: Subject: Win\r\n\r\nNow!");
    }

    @Test
    void handsAProblemOnAsItIs() {
        var answer = post(mvc, "text/plain", " ");

        assertThat(answer).hasStatus(422).bodyJson().extractingPath("$.code").isEqualTo("EMPTY_CONTENT");
        assertThat(answer).hasHeader("Content-Type", "application/problem+json");
    }

    @Test
    void refusesMoreThanAPipelineTakes() {
        assertProblem(post(mvc, "text/plain", "x".repeat((1 << 20) + 1)), 413, "CONTENT_TOO_LARGE");

        assertThat(collector.received()).isEmpty();
        assertThat(post(mvc, "text/plain", "x".repeat(1 << 20))).hasStatus(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html", "multipart/form-data"})
    void refusesWhatIsNeitherMailNorText(String type) {
        assertProblem(post(mvc, type, "{}"), 415, "UNSUPPORTED_CONTENT_TYPE");
        assertThat(collector.received()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void refusesWhatAnotherPageSends(String site) {
        var answer = mvc.post()
                .uri("/api/try")
                .header("Content-Type", "text/plain")
                .header("Sec-Fetch-Site", site)
                .content("Win")
                .exchange();

        assertProblem(answer, 403, "MALFORMED_REQUEST");
        assertThat(collector.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"http://other.example,403", "http://localhost:81,403", "null,403", "http://localhost,200"})
    void refusesAnotherPageWhoseBrowserNamesItsOriginAlone(String origin, int status) {
        var answer = mvc.post()
                .uri("/api/try")
                .header("Content-Type", "text/plain")
                .header("Host", "localhost")
                .header("Origin", origin)
                .content("Win")
                .exchange();

        assertThat(answer).hasStatus(status);
        assertThat(collector.received()).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void takesWhatItsOwnPageSendsThroughAProxyThatNamesAnotherHost() {
        var answer = mvc.post()
                .uri("/api/try")
                .header("Content-Type", "text/plain")
                .header("Host", "monitoring:8084")
                .header("Origin", "https://millrace.example.com")
                .header("Sec-Fetch-Site", "same-origin")
                .content("Win")
                .exchange();

        assertThat(answer).hasStatus(200);
    }

    @Test
    void saysThatCollectorDoesNotAnswer() {
        collector.close();

        assertProblem(post(mvc, "text/plain", "Win"), 503, "PIPELINE_UNAVAILABLE");
    }

    @Test
    void offersNothingWithoutCollectorsAddress() {
        var without = offering(null);

        assertProblem(post(without, "text/plain", "Win"), 404, "UNKNOWN_RESOURCE");
        assertThat(without.get().uri("/api/try"))
                .bodyJson()
                .extractingPath("$.available")
                .isEqualTo(false);
        assertThat(mvc.get().uri("/api/try"))
                .bodyJson()
                .extractingPath("$.available")
                .isEqualTo(true);
    }

    private static MockMvcTester offering(@org.jspecify.annotations.Nullable URI collector) {
        return MockMvcTester.of(new TrialController(new TrialProperties(collector)));
    }

    private static MvcTestResult post(MockMvcTester mvc, String type, String content) {
        return mvc.post()
                .uri("/api/try")
                .header("Content-Type", type)
                .content(content)
                .exchange();
    }

    private static void assertProblem(MvcTestResult answer, int status, String code) {
        assertThat(answer).hasStatus(status).bodyJson().extractingPath("$.code").isEqualTo(code);
    }
}
