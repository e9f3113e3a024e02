package dev.millrace.collector;

import com.google.protobuf.ByteString;
import dev.millrace.collector.store.Reservation;
import dev.millrace.contract.StoreKeys;
import dev.millrace.contract.v1.PayloadReference;
import dev.millrace.payload.PayloadStore;
import dev.millrace.payload.PayloadStoreUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

/** Puts contents that are too large for a record where feature finds them. Thread-safe. */
final class Payloads {
    private static final Logger LOGGER = LoggerFactory.getLogger(Payloads.class);

    private final PayloadStore store;
    private final DataSize inlineLimit;
    private final Duration retention;
    private final InstantSource clock;

    /**
     * @param inlineLimit largest content that travels in its record
     * @param retention how long a content is kept after its upload's deadline
     */
    Payloads(PayloadStore store, DataSize inlineLimit, Duration retention, InstantSource clock) {
        this.store = store;
        this.inlineLimit = inlineLimit;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Stores the content of a large upload; empty for one that fits its record.
     *
     * @throws PayloadStoreUnavailableException if it may not be stored
     */
    Optional<PayloadReference> store(Upload upload, Reservation reservation) throws PayloadStoreUnavailableException {
        byte[] content = upload.content().bytes();
        if (content.length <= inlineLimit.toBytes()) {
            return Optional.empty();
        }
        String key = StoreKeys.payload(reservation.id());
        store.put(key, content, retention.plus(Duration.between(clock.instant(), reservation.deadline())));
        return Optional.of(PayloadReference.newBuilder()
                .setKey(key)
                .setSize(content.length)
                .setSha256(ByteString.copyFrom(DigestUtils.sha256(content)))
                .build());
    }

    /** Forgets the content of an upload that was certainly not sent; if that fails, its time will be up. */
    void forget(PayloadReference payload) {
        try {
            store.delete(payload.getKey());
        } catch (PayloadStoreUnavailableException e) {
            LOGGER.atDebug().addKeyValue("key", payload.getKey()).log("payload left to its time to live");
        }
    }
}
