package dev.millrace.collector.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import jakarta.servlet.ServletInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractObjectAssert;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;

class BodyReaderTests {
    private final BodyReader reader = new BodyReader(200, Duration.ofSeconds(10));

    @Test
    void readsABodyUpToItsLimit() {
        try (var body = reader.read(request("x".repeat(40)), 40)) {
            assertThat(body.bytes()).hasSize(40);
            assertThat(reader.buffered()).isEqualTo(80);
        }
        assertThat(reader.buffered()).isZero();
    }

    @Test
    void refusesABodyOverItsLimitAndHoldsNothing() {
        assertThatRefused(request("x".repeat(41)), 40).isEqualTo(ErrorCode.CONTENT_TOO_LARGE);
        assertThat(reader.buffered()).isZero();
    }

    @Test
    void refusesABodyWhileOthersHoldTheBudget() {
        try (var first = reader.read(request("x".repeat(60)), 60)) {
            assertThat(first.bytes()).hasSize(60);

            assertThatRefused(request("x".repeat(60)), 60).isEqualTo(ErrorCode.OVERLOADED);
        }
        try (var later = reader.read(request("x".repeat(60)), 60)) {
            assertThat(later.bytes()).hasSize(60);
        }
    }

    @Test
    void readsABodyThatDeclaresNoLength() {
        var roomy = new BodyReader(1 << 20, Duration.ofSeconds(10));
        for (int length : new int[] {0, 1, 2047, 2048, 2049, 10_000}) {
            try (var body = roomy.read(chunked("x".repeat(length)), 10_000)) {
                assertThat(body.bytes()).isEqualTo("x".repeat(length).getBytes(UTF_8));
                assertThat(roomy.buffered()).isEqualTo(2 * length);
            }
        }
        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(() -> roomy.read(chunked("x".repeat(10_001)), 10_000))
                .extracting(RequestProblem::code)
                .isEqualTo(ErrorCode.CONTENT_TOO_LARGE);
        assertThat(roomy.buffered()).isZero();
    }

    @Test
    void takesNoMemoryThatTheBudgetHasNot() {
        assertThatRefused(chunked("x"), 10_000).isEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    void holdsNothingForAClientThatHasSentNothing() {
        var seen = new AtomicInteger(-1);
        var silent = new MockHttpServletRequest() {
            @Override
            public ServletInputStream getInputStream() {
                return new DelegatingServletInputStream(new InputStream() {
                    @Override
                    public int read() {
                        seen.set(reader.buffered());
                        return -1;
                    }
                });
            }
        };

        reader.read(silent, 100).close();

        assertThat(seen).hasValue(0);
    }

    @Test
    void refusesABodyThatTakesTooLong() {
        var impatient = new BodyReader(100, Duration.ZERO);

        assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(() -> impatient.read(request("x"), 10))
                .extracting(RequestProblem::code)
                .isEqualTo(ErrorCode.REQUEST_TOO_SLOW);
        assertThat(impatient.buffered()).isZero();
    }

    @Test
    void givesTheBudgetBackOnce() {
        var body = reader.read(request("x".repeat(60)), 60);

        body.close();
        body.close();

        assertThat(reader.buffered()).isZero();
    }

    private AbstractObjectAssert<?, ErrorCode> assertThatRefused(MockHttpServletRequest request, int limit) {
        return assertThatExceptionOfType(RequestProblem.class)
                .isThrownBy(() -> reader.read(request, limit))
                .extracting(RequestProblem::code);
    }

    private static MockHttpServletRequest chunked(String body) {
        var request = new MockHttpServletRequest() {
            @Override
            public int getContentLength() {
                return -1;
            }

            @Override
            public long getContentLengthLong() {
                return -1;
            }
        };
        request.setContent(body.getBytes(UTF_8));
        return request;
    }

    private static MockHttpServletRequest request(String body) {
        var request = new MockHttpServletRequest();
        request.setContent(body.getBytes(UTF_8));
        return request;
    }
}
