package dev.millrace.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.HandlerMapping;

class RequestFilterTests {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RequestFilter filter = new RequestFilter(meters, RandomGenerator.getDefault());

    @Test
    void timesEachOperationOfTheApi() throws ServletException, IOException {
        answer("GET", "/v1/pipelines");
        answer("POST", "/v1/uploads");

        assertThat(operations()).containsExactlyInAnyOrder("GET /v1/pipelines", "POST /v1/uploads");
    }

    @Test
    void makesNoMetersOfWhatClientsMakeUp() throws ServletException, IOException {
        for (int i = 0; i < 20; i++) {
            answer("M" + i, "/error");
            answer("M" + i, "/v1/uploads");
            answer("GET", "/**");
        }

        assertThat(operations()).containsExactly("none");
    }

    private void answer(String method, String pattern) throws ServletException, IOException {
        filter.doFilter(
                new MockHttpServletRequest(method, "/x"),
                new MockHttpServletResponse(),
                (request, response) -> request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, pattern));
    }

    private List<String> operations() {
        return meters.find(RequestFilter.MEASURE).timers().stream()
                .map(timer -> String.valueOf(timer.getId().getTag("operation")))
                .toList();
    }
}
