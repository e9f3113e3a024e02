package dev.millrace.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.v1.PayloadReference;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.payload.PayloadStore;
import dev.millrace.payload.PayloadStoreUnavailableException;
import dev.millrace.stage.Outcome;
import dev.millrace.stage.StageInput;
import dev.millrace.stage.TransientFailureException;
import dev.millrace.stage.UploadHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;

class PayloadLoaderTests {
    private static final int MIB = 1 << 20;

    private final MemoryStore store = new MemoryStore();
    private final List<Integer> batches = new ArrayList<>();
    private final PayloadLoader<String> loader = new PayloadLoader<>(store, batch -> {
        batches.add(batch.size());
        return batch.stream()
                .<Outcome<String>>map(
                        input -> new Outcome.Value<>(input.value().getContent().size() + " of "
                                + input.value().getContent().byteAt(0)))
                .toList();
    });

    private static final class MemoryStore implements PayloadStore {
        private final Map<String, byte[]> payloads = new HashMap<>();
        private final List<Integer> asked = new ArrayList<>();
        private boolean away;

        @Override
        public void put(String key, byte[] bytes, Duration timeToLive) {
            payloads.put(key, bytes);
        }

        @Override
        public Map<String, byte[]> get(Collection<String> keys) throws PayloadStoreUnavailableException {
            if (away) {
                throw new PayloadStoreUnavailableException("away");
            }
            asked.add(keys.size());
            var found = new HashMap<>(payloads);
            found.keySet().retainAll(keys);
            return found;
        }

        @Override
        public void delete(String key) {
            payloads.remove(key);
        }
    }

    @Test
    void asksTheStoreForNothingThatTravelsInItsRecord() {
        store.away = true;

        assertThat(loader.apply(List.of(inline(1), inline(2)))).isEqualTo(List.of(value("1 of 1"), value("1 of 2")));
        assertThat(batches).containsExactly(2);
    }

    @Test
    void putsEachContentInItsPlaceWithOneRoundTrip() {
        var batch = List.of(stored(1000, 3), inline(1), stored(2000, 4));

        assertThat(loader.apply(batch)).isEqualTo(List.of(value("1000 of 3"), value("1 of 1"), value("2000 of 4")));
        assertThat(store.asked).containsExactly(2);
        assertThat(batches).containsExactly(3);
    }

    @Test
    void holdsNoMoreThanEightMebibytesAtOneTime() {
        var batch = new ArrayList<StageInput<UploadReceived>>();
        for (int i = 0; i < 32; i++) {
            batch.add(stored(MIB, i));
        }

        var outcomes = loader.apply(batch);

        assertThat(outcomes).hasSize(32).last().isEqualTo(value(MIB + " of 31"));
        assertThat(store.asked).containsExactly(8, 8, 8, 8);
        assertThat(batches).containsExactly(8, 8, 8, 8);
    }

    @Test
    void failsWhatIsLostAndNothingElse() {
        var lost = stored(1000, 1);
        var short1 = stored(1000, 2);
        var wrong = stored(1000, 3);
        store.payloads.remove(key(lost));
        store.put(key(short1), new byte[999], Duration.ofDays(1));
        store.put(key(wrong), new byte[1000], Duration.ofDays(1));

        var outcomes = loader.apply(List.of(lost, stored(1000, 4), short1, inline(5), wrong));

        assertFails(outcomes.get(0), "absent");
        assertThat(outcomes.get(1)).isEqualTo(value("1000 of 4"));
        assertFails(outcomes.get(2), "999 bytes (expected: 1000)");
        assertThat(outcomes.get(3)).isEqualTo(value("1 of 5"));
        assertFails(outcomes.get(4), "another digest");
    }

    @Test
    void doesNotLoadWhatSaysThatItIsTooLarge() {
        var huge = reference(
                PayloadReference.newBuilder().setKey("huge").setSize(-1).build());
        store.put("huge", new byte[10], Duration.ofDays(1));

        var outcomes = loader.apply(List.of(huge));

        assertFails(outcomes.getFirst(), "18446744073709551615 bytes, at most 8388608");
        assertThat(store.asked).isEmpty();
        assertThat(batches).isEmpty();
    }

    @Test
    void waitsForAStoreThatIsAway() {
        var batch = List.of(inline(1), stored(1000, 2));
        store.away = true;

        assertThatExceptionOfType(TransientFailureException.class).isThrownBy(() -> loader.apply(batch));
    }

    private static Outcome<String> value(String text) {
        return new Outcome.Value<>(text);
    }

    private static void assertFails(Outcome<String> outcome, String detail) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.PAYLOAD_LOST);
            assertThat(failed.detail()).contains(detail);
        });
    }

    private static String key(StageInput<UploadReceived> input) {
        return input.value().getPayload().getKey();
    }

    private static StageInput<UploadReceived> inline(int content) {
        return input(UploadReceived.newBuilder()
                .setContent(ByteString.copyFrom(new byte[] {(byte) content}))
                .build());
    }

    private StageInput<UploadReceived> stored(int size, int content) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) content);
        String key = UUID.randomUUID().toString();
        store.put(key, bytes, Duration.ofDays(1));
        return reference(PayloadReference.newBuilder()
                .setKey(key)
                .setSize(size)
                .setSha256(ByteString.copyFrom(DigestUtils.sha256(bytes)))
                .build());
    }

    private static StageInput<UploadReceived> reference(PayloadReference payload) {
        return input(UploadReceived.newBuilder().setPayload(payload).build());
    }

    private static StageInput<UploadReceived> input(UploadReceived upload) {
        var now = Instant.EPOCH;
        return new StageInput<>(
                new UploadHeaders(UUID.randomUUID(), 1, "spam", now, now, List.of(), null, null), upload);
    }
}
