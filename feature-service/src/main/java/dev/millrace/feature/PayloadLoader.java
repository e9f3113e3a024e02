package dev.millrace.feature;

import static dev.millrace.contract.ErrorCode.PAYLOAD_LOST;

import com.google.protobuf.UnsafeByteOperations;
import dev.millrace.contract.v1.PayloadReference;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.payload.PayloadStore;
import dev.millrace.payload.PayloadStoreUnavailableException;
import dev.millrace.stage.Outcome;
import dev.millrace.stage.StageFunction;
import dev.millrace.stage.StageInput;
import dev.millrace.stage.TransientFailureException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * Loads the contents that lie in the payload store before the next function sees their uploads. A batch goes on in parts
 * whose contents are at most {@value #MOST_LOADED} bytes, one round trip each, so memory holds no more than that however
 * large the batch. Thread-safe.
 */
final class PayloadLoader<O> implements StageFunction<UploadReceived, O> {
    static final int MOST_LOADED = 8 << 20;

    private final PayloadStore store;
    private final StageFunction<UploadReceived, O> next;

    PayloadLoader(PayloadStore store, StageFunction<UploadReceived, O> next) {
        this.store = store;
        this.next = next;
    }

    /**
     * @throws TransientFailureException if the store cannot be asked; a content that it has lost, or has otherwise than
     *     the reference says, is a {@code PAYLOAD_LOST} of that upload alone
     */
    @Override
    public List<Outcome<O>> apply(List<StageInput<UploadReceived>> batch) {
        var outcomes = new ArrayList<Outcome<O>>();
        int begin = 0;
        long bytes = 0;
        for (int i = 0; i < batch.size(); i++) {
            long size = loaded(batch.get(i));
            if (i > begin && bytes + size > MOST_LOADED) {
                outcomes.addAll(applyPart(batch.subList(begin, i)));
                begin = i;
                bytes = 0;
            }
            bytes += size;
        }
        outcomes.addAll(applyPart(batch.subList(begin, batch.size())));
        return outcomes;
    }

    private List<Outcome<O>> applyPart(List<StageInput<UploadReceived>> part) {
        var contents = load(part);
        var outcomes = new ArrayList<@Nullable Outcome<O>>();
        var whole = new ArrayList<StageInput<UploadReceived>>();
        for (var input : part) {
            var upload = input.value();
            if (!upload.hasPayload()) {
                whole.add(input);
                outcomes.add(null);
                continue;
            }
            byte[] content = contents.get(upload.getPayload().getKey());
            String problem = problem(upload.getPayload(), content);
            if (content == null || problem != null) {
                outcomes.add(new Outcome.Failed<>(PAYLOAD_LOST, "payload: %s".formatted(problem)));
            } else {
                var inline = upload.toBuilder().clearPayload().setContent(UnsafeByteOperations.unsafeWrap(content));
                whole.add(new StageInput<>(input.headers(), inline.build()));
                outcomes.add(null);
            }
        }
        var made = whole.isEmpty() ? List.<Outcome<O>>of() : next.apply(whole);
        var rest = made.iterator();
        return outcomes.stream()
                .map(outcome -> outcome == null ? rest.next() : outcome)
                .toList();
    }

    private Map<String, byte[]> load(List<StageInput<UploadReceived>> part) {
        var keys = new HashSet<String>();
        for (var input : part) {
            if (loaded(input) > 0) {
                keys.add(input.value().getPayload().getKey());
            }
        }
        try {
            return keys.isEmpty() ? Map.of() : store.get(keys);
        } catch (PayloadStoreUnavailableException e) {
            throw new TransientFailureException("payloads cannot be loaded: " + e.getMessage());
        }
    }

    /** Bytes that an upload has in the store; 0 if none, or more than can be loaded. */
    private static long loaded(StageInput<UploadReceived> input) {
        long size = input.value().getPayload().getSize();
        return size < 0 || size > MOST_LOADED ? 0 : size;
    }

    private static @Nullable String problem(PayloadReference payload, byte @Nullable [] content) {
        if (content == null) {
            return "absent (expected: %s bytes, at most %d)"
                    .formatted(Long.toUnsignedString(payload.getSize()), MOST_LOADED);
        }
        if (content.length != payload.getSize()) {
            return "%d bytes (expected: %d)".formatted(content.length, payload.getSize());
        }
        return MessageDigest.isEqual(
                        DigestUtils.sha256(content), payload.getSha256().toByteArray())
                ? null
                : "%d bytes of another digest (expected: the SHA-256 of what was stored)".formatted(content.length);
    }
}
