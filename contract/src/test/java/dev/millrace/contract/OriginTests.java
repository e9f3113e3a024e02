package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.contract.Origin.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTests {
    @ParameterizedTest
    @CsvSource({
        "0, 5, 0, 6, OLDER",
        "0, 6, 0, 5, NEWER",
        "1, 3, 1, 3, SAME",
        "1, 0, 0, 900, NEWER",
        "0, 900, 1, 0, OLDER"
    })
    void comparesByEpochThenByOffset(int epoch, long offset, int otherEpoch, long otherOffset, Order order) {
        var one = new Origin("t", epoch, offset);

        assertThat(one.comparedTo(new Origin("t", otherEpoch, otherOffset))).isEqualTo(order);
    }

    @Test
    void isUnrelatedToAnotherIncarnation() {
        assertThat(new Origin("a", 0, 1).comparedTo(new Origin("b", 0, 1))).isEqualTo(Order.UNRELATED);
    }

    @Test
    void readsWhatItWrites() {
        var origin = new Origin("AbC-_9", 7, Long.MAX_VALUE);

        assertThat(Origin.parse(origin.toString())).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a:0",
                "a:0:-1",
                "a:-1:0",
                "a b:0:0",
                "a:0:0:0",
                ":0:0",
                "::",
                "a::0",
                "a:0:",
                "a0",
                "ä:0:0",
                "a:٣:0",
                "a:+1:0",
                "a: 1:0",
                "a:0:1\n",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0:0",
                "a:99999999999:0",
                "a:0:99999999999999999999"
            })
    void refusesAnotherForm(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Origin.parse(text))
                .withMessageContaining("origin: '%s'", text);
    }
}
