package dev.millrace.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.cache.CacheKey;
import dev.millrace.collector.store.Reservation.State;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationTests {
    private static final UUID ID = UUID.fromString("0190b0f0-0000-7000-8000-000000000001");
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final Reservation RESERVATION =
            new Reservation(ID, State.SENDING, "spam", "0a".repeat(32), NOW, NOW.plusSeconds(60), null);

    @Test
    void readsWhatItWrites() {
        assertThat(Reservation.parse(ID, RESERVATION.format())).isEqualTo(RESERVATION);
    }

    @Test
    void readsWhatItWritesWithAContentKey() {
        var reservation = new Reservation(
                ID,
                State.ERASED,
                "spam",
                "0a".repeat(32),
                NOW,
                NOW.plusSeconds(60),
                CacheKey.builder().build());

        assertThat(Reservation.parse(ID, reservation.format())).isEqualTo(reservation);
    }

    @Test
    void staysErasedWhateverElseIsRemembered() {
        var erased = RESERVATION.with(State.ERASED);

        assertThat(erased.outranks(RESERVATION.with(State.ACCEPTED))).isTrue();
        assertThat(RESERVATION.with(State.ACCEPTED).outranks(erased)).isFalse();
    }

    @Test
    void keepsItsForm() {
        assertThat(RESERVATION.format())
                .isEqualTo("{\"state\":\"SENDING\",\"pipeline\":\"spam\",\"digest\":\"%s\",".formatted("0a".repeat(32))
                        + "\"acceptedAt\":1700000000000,\"deadline\":1700000060000}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{}", "{\"state\":\"DONE\"}", "null"})
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Reservation.parse(ID, text));
    }

    @Test
    void tellsMoreOnceKafkaHasTheUpload() {
        var accepted = RESERVATION.with(State.ACCEPTED);

        assertThat(accepted.outranks(RESERVATION)).isTrue();
        assertThat(accepted.outranks(later(RESERVATION.with(State.UNCONFIRMED))))
                .isTrue();
        assertThat(accepted.outranks(later(accepted))).isFalse();
        assertThat(RESERVATION.with(State.UNCONFIRMED).outranks(RESERVATION)).isTrue();
    }

    @Test
    void tellsNothingOfAnotherSend() {
        assertThat(RESERVATION.with(State.UNCONFIRMED).outranks(later(RESERVATION)))
                .isFalse();
        assertThat(RESERVATION.outranks(later(RESERVATION))).isFalse();
        var other = new Reservation(ID, State.SENDING, "spam", "0b".repeat(32), NOW, NOW.plusSeconds(60), null);
        assertThat(RESERVATION.with(State.ACCEPTED).outranks(other)).isFalse();
    }

    @Test
    void refusesADeadlineThatIsNotLater() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Reservation(ID, State.SENDING, "spam", "0a".repeat(32), NOW, NOW, null))
                .withMessageContaining("deadline");
    }

    private static Reservation later(Reservation other) {
        return new Reservation(
                other.id(),
                other.state(),
                other.pipeline(),
                other.digest(),
                other.acceptedAt().plusSeconds(1),
                other.deadline().plusSeconds(1),
                other.contentKey());
    }
}
