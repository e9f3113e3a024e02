package dev.millrace.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The sample mails inside this jar, written for the project. Their list is {@code samples/index.csv}. */
final class Samples {
    private Samples() {}

    /**
     * One mail.
     *
     * @param label what it is
     * @param clear whether anybody would say so
     */
    record Sample(String file, String label, boolean clear) {
        byte[] content() {
            return read(file);
        }
    }

    static List<Sample> all() {
        return new String(read("index.csv"), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.split(",", 4))
                .map(columns -> new Sample(columns[0], columns[1], columns[2].equals("clear")))
                .toList();
    }

    /** A sample by its file name. */
    static byte[] read(String file) {
        try (InputStream resource = Samples.class.getResourceAsStream("samples/" + file)) {
            if (resource == null) {
                throw new IllegalStateException("sample: '%s' (expected: a file of samples/)".formatted(file));
            }
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
