package dev.millrace.standalone;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads addresses of Kafka brokers, as in {@code a:9092,b:9092}. */
final class BootstrapServers implements ITypeConverter<String> {
    private static final String SERVER = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+]):[0-9]{1,5}";
    private static final Pattern SERVERS = Pattern.compile(SERVER + "(?:," + SERVER + ")*");

    @Override
    public String convert(String value) {
        if (!SERVERS.matcher(value).matches()) {
            throw new TypeConversionException("'%s' (expected: HOST:PORT, or several with commas)".formatted(value));
        }
        return value;
    }
}
