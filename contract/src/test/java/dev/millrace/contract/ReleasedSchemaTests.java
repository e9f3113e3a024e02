package dev.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.millrace.contract.v1.UploadReceived;
import java.io.IOException;
import java.util.List;
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
                        file.getMessageTypes().stream()
                                .filter(message -> !message.getOptions().getMapEntry())
                                .flatMap(ReleasedSchemaTests::fields),
                        file.getEnumTypes().stream().flatMap(ReleasedSchemaTests::values))
                .toList();
    }

    private static Stream<String> fields(Descriptor message) {
        return message.getFields().stream().map(field -> "%s.%s = %d %s%s"
                .formatted(
                        message.getName(),
                        field.getName(),
                        field.getNumber(),
                        field.isRepeated() ? "repeated " : "",
                        type(field)));
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> field.getEnumType().getName();
            default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
        };
    }

    private static Stream<String> values(EnumDescriptor type) {
        return type.getValues().stream()
                .map(value -> "%s.%s = %d".formatted(type.getName(), value.getName(), value.getNumber()));
    }

    private static List<String> released() throws IOException {
        try (var text = Objects.requireNonNull(ReleasedSchemaTests.class.getResourceAsStream("released-schema.txt"))) {
            return new String(text.readAllBytes(), UTF_8).lines().toList();
        }
    }
}
