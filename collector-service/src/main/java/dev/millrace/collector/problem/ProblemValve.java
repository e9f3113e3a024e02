package dev.millrace.collector.problem;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what Tomcat refuses before any servlet: a malformed request line, too large headers, a forbidden path. And
 * bounds what Tomcat does after any refusal: it reads on to the body's end, so that the client, which may still be
 * sending, sees the answer; by itself for as long as bytes trickle in.
 */
public final class ProblemValve extends ErrorReportValve {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProblemValve.class);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int MOST_SKIPPED = 2 << 20;

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        super.invoke(request, response);
        // What Tomcat refused by itself never had a trace, and is never read on.
        if (response.getStatus() >= 400
                && request.getAttribute(ProblemWriter.TRACE_ID) != null
                && !isReadToItsEnd(request.getCoyoteRequest(), response.getStatus())) {
            request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        }
    }

    private static boolean isReadToItsEnd(org.apache.coyote.Request request, int status) {
        if (request.hasExpectation() || status == HttpServletResponse.SC_REQUEST_TIMEOUT) {
            return false;
        }
        long end = System.nanoTime() + GRACE.toNanos();
        int left = MOST_SKIPPED;
        try {
            var skipped = new Skipped();
            for (int count = request.doRead(skipped); count >= 0; count = request.doRead(skipped)) {
                left -= count;
                if (left < 0 || System.nanoTime() - end > 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            LOGGER.atDebug().setCause(e).log("client went away before the end of its body");
            return false;
        }
    }

    /** Takes what is read and leaves it where it is. */
    private static final class Skipped implements ApplicationBufferHandler {
        private ByteBuffer buffer = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer read) {
            buffer = read;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // Nothing is copied, so there is nothing to make larger.
        }
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            ProblemWriter.write(request, response, problemOf(status));
        } catch (IOException e) {
            LOGGER.atDebug().setCause(e).log("client went away before its answer");
        }
    }

    static RequestProblem problemOf(int status) {
        var code = ProblemStatus.codeOf(status);
        return new RequestProblem(
                code,
                ProblemStatus.of(code) < 500
                        ? "The request cannot be read as HTTP asks for: its line, path, headers or framing."
                        : "The service failed; the trace id finds the cause.");
    }
}
