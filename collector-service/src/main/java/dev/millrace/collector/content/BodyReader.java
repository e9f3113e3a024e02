package dev.millrace.collector.content;

import static dev.millrace.collector.problem.RequestProblem.quote;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Reads request bodies into memory: each up to its limit and within a time, all together up to a budget. A client that
 * sends slowly holds only what it has sent. Safe to share between threads.
 */
public final class BodyReader {
    private static final int CHUNK = 16 * 1024;

    private final int budget;
    private final Duration timeout;
    private final Semaphore free;

    /**
     * @param budget bytes of all bodies in memory at one time, 1 or more
     * @param timeout for one whole body, more than zero
     */
    public BodyReader(int budget, Duration timeout) {
        this.budget = budget;
        this.timeout = timeout;
        this.free = new Semaphore(budget);
    }

    /** A body in memory; closing it gives its part of the budget back. Not thread-safe. */
    public final class Body implements AutoCloseable {
        private byte[] bytes = {};
        private int held;

        private Body() {}

        /** The bytes, not a copy. */
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public void close() {
            free.release(held);
            held = 0;
        }
    }

    /** Bytes of bodies that are in memory now. */
    public int buffered() {
        return budget - free.availablePermits();
    }

    /**
     * Reads the request's body. One that declares too large a length is refused before anything is read.
     *
     * @param limit bytes it may have
     * @throws RequestProblem if it is too large, too slow or broken off, or the budget is used up
     */
    public Body read(HttpServletRequest request, int limit) {
        if (request.getContentLengthLong() > limit) {
            throw tooLarge("Content-Length: " + request.getContentLengthLong(), limit);
        }
        var body = new Body();
        try {
            body.bytes = readWhole(request, limit, body);
            return body;
        } catch (SocketTimeoutException e) {
            body.close();
            throw tooSlow();
        } catch (IOException e) {
            body.close();
            throw new RequestProblem(
                    ErrorCode.MALFORMED_REQUEST, "body: broken off (expected: as long as its headers say)");
        } catch (RuntimeException e) {
            body.close();
            throw e;
        }
    }

    private byte[] readWhole(HttpServletRequest request, int limit, Body body) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        var bytes = new ByteArrayOutputStream(CHUNK);
        var chunk = new byte[CHUNK];
        var stream = request.getInputStream();
        for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
            if (bytes.size() + count > limit) {
                throw tooLarge("body: more than " + limit, limit);
            }
            if (!free.tryAcquire(count)) {
                throw new RequestProblem(
                                ErrorCode.OVERLOADED,
                                "The service holds as many bodies as it may (%d bytes).".formatted(budget))
                        .retryAfter(Duration.ofSeconds(1));
            }
            body.held += count;
            bytes.write(chunk, 0, count);
            if (System.nanoTime() - end > 0) {
                throw tooSlow();
            }
        }
        return bytes.toByteArray();
    }

    private RequestProblem tooSlow() {
        return new RequestProblem(
                ErrorCode.REQUEST_TOO_SLOW, "body: incomplete (expected: whole within %s)".formatted(timeout));
    }

    private static RequestProblem tooLarge(String value, int limit) {
        return new RequestProblem(
                ErrorCode.CONTENT_TOO_LARGE, "%s bytes (expected: at most %d)".formatted(value, limit));
    }

    /** @throws RequestProblem if the body is encoded, which would hide its size */
    public static void requireIdentity(HttpServletRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new RequestProblem(
                    ErrorCode.UNSUPPORTED_CONTENT_TYPE,
                    "Content-Encoding: %s (expected: none)".formatted(quote(encoding)));
        }
    }
}
