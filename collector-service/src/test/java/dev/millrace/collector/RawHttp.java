package dev.millrace.collector;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.regex.Pattern;

/** A connection on which a test writes what no HTTP client would. */
final class RawHttp implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;

    RawHttp(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes text as it is; false if the server has closed the connection. */
    boolean write(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The answer, status line, headers and as much body as they declare. */
    String read() {
        try {
            var text = new StringBuilder();
            var input = socket.getInputStream();
            int expected = Integer.MAX_VALUE;
            for (int next = input.read(); next >= 0; next = input.read()) {
                text.append((char) next);
                int end = text.indexOf("\r\n\r\n");
                if (end >= 0 && expected == Integer.MAX_VALUE) {
                    expected = end + 4 + contentLength(text.toString());
                }
                if (text.length() >= expected) {
                    break;
                }
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int contentLength(String head) {
        var matcher = Pattern.compile("(?i)\r\nContent-Length: (\\d+)").matcher(head);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
