package dev.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import dev.millrace.contract.v1.UploadReceived;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rolling upgrades mix versions, so no field or value that was ever released may change its number or type. */
class ReleasedSchemaTests {
    @Test
    void keepsEveryReleasedFieldAsItWas() throws IOException {
        assertThat(current()).containsAll(released());
    }

    @Test
    void hasEachFieldAmongTheReleased() throws IOException {
        // A new field: add its line to released-schema.txt in the same commit.
        assertThat(released()).containsAll(current());
    }

    private static List<String> current() {
        var file = UploadReceived.getDescriptor().getFile();
        return Stream.concat(
                        file.getMessageTypes().stream().flatMap(ReleasedSchemaTests::withNested),
                        file.getEnumTypes().stream().flatMap(ReleasedSchemaTests::values))
                .toList();
    }

    /** A map's entries are a nested message. */
    private static Stream<String> withNested(Descriptor message) {
        return Stream.of(
                        fields(message),
                        message.getNestedTypes().stream().flatMap(ReleasedSchemaTests::withNested),
                        message.getEnumTypes().stream().flatMap(ReleasedSchemaTests::values))
                .flatMap(lines -> lines);
    }

    private static Stream<String> fields(Descriptor message) {
        return message.getFields().stream().map(field -> "%s.%s = %d %s%s"
                .formatted(
                        nameOf(message),
                        field.getName(),
                        field.getNumber(),
                        field.isRepeated() ? "repeated " : "",
                        type(field)));
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> nameOf(field.getMessageType());
            case ENUM -> nameOf(field.getEnumType());
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static Stream<String> values(EnumDescriptor type) {
        return type.getValues().stream()
                .map(value -> "%s.%s = %d".formatted(nameOf(type), value.getName(), value.getNumber()));
    }

    /** The name within the package, with those of the messages around it. */
    private static String nameOf(GenericDescriptor type) {
        return type.getFullName().substring(type.getFile().getPackage().length() + 1);
    }

    private static List<String> released() throws IOException {
        try (var text = Objects.requireNonNull(ReleasedSchemaTests.class.getResourceAsStream("released-schema.txt"))) {
            return new String(text.readAllBytes(), UTF_8).lines().toList();
        }
    }
}
