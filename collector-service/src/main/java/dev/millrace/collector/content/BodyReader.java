package dev.millrace.collector.content;

import static dev.millrace.collector.problem.RequestProblem.quote;

import dev.millrace.collector.problem.RequestProblem;
import dev.millrace.contract.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Reads request bodies into memory: each up to its limit and within a time, all together up to a budget, of which a body
 * has its part before it has the memory. A client that sends nothing holds nothing, one that sends slowly at most twice
 * what it has sent. Safe to share between threads.
 */
public final class BodyReader {
    private static final int FIRST = 2 * 1024;
    /**
     * What the budget counts for each byte: the body and, once it is whole, the record that is made of it; before that,
     * the smaller array that it outgrew. Parsing JSON takes more, but no more requests do that at one time than there are
     * processors.
     */
    private static final int COPIES = 2;

    private final int budget;
    private final Duration timeout;
    private final Semaphore free;

    /**
     * @param budget bytes of all bodies and their records in memory at one time, 1 or more
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

        /** Lets go of the bytes, of which the content was made that now counts in their place. */
        public void drop() {
            bytes = new byte[0];
        }

        private void resize(int capacity) {
            int more = COPIES * capacity - held;
            if (more > 0) {
                if (!free.tryAcquire(more)) {
                    throw new RequestProblem(
                                    ErrorCode.OVERLOADED,
                                    "The service holds as many bodies as it may (%d bytes).".formatted(budget))
                            .retryAfter(Duration.ofSeconds(1));
                }
                held += more;
            }
            bytes = Arrays.copyOf(bytes, capacity);
            if (more < 0) {
                free.release(-more);
                held += more;
            }
        }

        @Override
        public void close() {
            free.release(held);
            held = 0;
        }
    }

    /** The part of the budget that is in use now, in bytes. */
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
        boolean whole = false;
        try {
            readWhole(request, limit, body);
            whole = true;
            return body;
        } catch (SocketTimeoutException e) {
            throw tooSlow();
        } catch (IOException e) {
            throw new RequestProblem(
                    ErrorCode.MALFORMED_REQUEST, "body: broken off (expected: as long as its headers say)");
        } finally {
            if (!whole) {
                body.close();
            }
        }
    }

    private void readWhole(HttpServletRequest request, int limit, Body body) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        int most = request.getContentLength() < 0 ? limit : request.getContentLength();
        var stream = request.getInputStream();
        int size = 0;
        while (true) {
            if (size == body.bytes.length) {
                int next = stream.read();
                if (next < 0) {
                    return;
                }
                if (size == limit) {
                    throw tooLarge("body: more than " + limit, limit);
                }
                body.resize(Math.clamp(2L * size, Math.min(FIRST, most), most));
                body.bytes[size++] = (byte) next;
            } else {
                int count = stream.read(body.bytes, size, body.bytes.length - size);
                if (count < 0) {
                    body.resize(size);
                    return;
                }
                size += count;
            }
            if (System.nanoTime() - end > 0) {
                throw tooSlow();
            }
        }
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
