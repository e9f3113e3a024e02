package dev.millrace.standalone;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of an HTTP server, as in {@code http://127.0.0.1:8080}; a slash at its end is left out. */
final class HttpAddress implements ITypeConverter<String> {
    private static final Pattern ADDRESS = Pattern.compile("(https?://[A-Za-z0-9._:\\[\\]-]+(?:/[A-Za-z0-9._~/-]*)?)");

    @Override
    public String convert(String value) {
        if (!ADDRESS.matcher(value).matches()) {
            throw new TypeConversionException("'%s' (expected: http://HOST:PORT)".formatted(value));
        }
        return value.replaceFirst("/+$", "");
    }
}
