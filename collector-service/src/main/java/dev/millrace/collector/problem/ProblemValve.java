package dev.millrace.collector.problem;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what Tomcat refuses before any servlet: a malformed request line, too large headers, a forbidden path. */
public final class ProblemValve extends ErrorReportValve {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProblemValve.class);

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
                status < 500
                        ? "The request cannot be read as HTTP asks for: its line, path, headers or framing."
                        : "The service failed; the trace id finds the cause.");
    }
}
