package dev.millrace.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class PageFilterTests {
    @ParameterizedTest
    @CsvSource({
        "localhost,200",
        "127.0.0.1,200",
        "[::1],200",
        "monitoring-service,200",
        "monitoring-service.millrace.svc,200",
        "monitoring.millrace.svc.cluster.local,200",
        "Millrace.example.com,200",
        "evil.example.com,421",
        "127.0.0.1.evil.example,421",
        "localhost.evil.example,421"
    })
    void answersWhoAsksByANameThatCannotBeSomebodyElses(String host, int status) throws Exception {
        var request = new MockHttpServletRequest("GET", "/api/overview");
        request.addHeader("Host", host);
        request.setServerName(host);
        var response = new MockHttpServletResponse();
        var chain = new MockFilterChain();

        new PageFilter(Set.of("millrace.example.com")).doFilter(request, response, chain);

        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(chain.getRequest()).as("passed on").isEqualTo(status == 200 ? request : null);
        assertThat(response.getHeader("Content-Security-Policy")).contains("default-src 'self'");
        if (status == 421) {
            assertThat(response.getContentAsString()).contains(host, "expected:");
        }
    }
}
