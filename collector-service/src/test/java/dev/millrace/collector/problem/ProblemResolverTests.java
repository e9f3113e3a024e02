package dev.millrace.collector.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UnsupportedEncodingException;
import org.apache.catalina.connector.ClientAbortException;
import org.junit.jupiter.api.Test;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ProblemResolverTests {
    private final ProblemResolver resolver = new ProblemResolver();
    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void hasNothingToSayToAClientThatHungUp() throws UnsupportedEncodingException {
        var gone = new ClientAbortException(new IOException("Broken pipe"));

        resolver.resolveException(request, response, null, gone);
        resolver.resolveException(request, response, null, new HttpMessageNotWritableException("no", gone));

        assertThat(response.getContentAsString()).isEmpty();
        assertThat(request.getAttribute(ProblemWriter.CODE)).isNull();
    }

    @Test
    void ownsUpToADefect() throws UnsupportedEncodingException {
        resolver.resolveException(request, response, null, new IllegalStateException("secret"));

        assertThat(response.getStatus()).isEqualTo(500);
        assertThat(response.getContentAsString()).contains("INTERNAL_ERROR").doesNotContain("secret");
    }
}
