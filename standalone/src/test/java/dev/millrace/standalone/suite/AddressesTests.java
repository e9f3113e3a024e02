package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTests {
    @Test
    void areTheDocumentedOnesByDefault() {
        assertThat(Addresses.DEFAULT.all().keySet())
                .containsExactlyInAnyOrder(19092, 16379, 8080, 8084, 9080, 9081, 9082, 9083, 9084);
    }

    @Test
    void moveTogetherFromABase() {
        assertThat(Addresses.basedOn(28080).all().keySet())
                .containsExactlyInAnyOrder(28080, 28084, 28090, 28091, 28092, 28093, 28094, 28100, 28101);
    }

    @Test
    void tellWhereEachProcessServes() {
        assertThat(List.of("redis", "kafka", "collector", "inference"))
                .extracting(Addresses.DEFAULT::port)
                .containsExactly(16379, 19092, 8080, 9082);
    }

    @Test
    void tellThePortOfEachOfSeveralBrokers() {
        var addresses = Addresses.DEFAULT.withBrokers(3);

        assertThat(addresses.kafka()).hasSize(3).startsWith(19092).doesNotHaveDuplicates();
        assertThat(List.of("kafka", "kafka-2", "kafka-3"))
                .extracting(addresses::port)
                .isEqualTo(addresses.kafka());
        assertThat(addresses.bootstrapServers().split(",")).hasSize(3).startsWith("127.0.0.1:19092");
        assertThat(addresses.all().keySet()).containsAll(addresses.kafka());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1023, 65515})
    void refuseABaseWithoutRoom(int base) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Addresses.basedOn(base))
                .withMessage("--port-base: %d (expected: 1024 to 65514)", base);
    }
}
