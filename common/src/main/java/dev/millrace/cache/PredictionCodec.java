package dev.millrace.cache;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.v1.PredictionMade;
import java.util.Optional;

/** Keeps predictions as they travel. Inference keeps them for collector, which answers for uploads that it has seen before. */
public final class PredictionCodec implements ValueCodec<PredictionMade> {
    /** Of the keys in Redis. */
    public static final String PREFIX = "inference:prediction:v1:";

    @Override
    public Optional<byte[]> encode(PredictionMade prediction) {
        return Optional.of(prediction.toByteArray());
    }

    @Override
    public PredictionMade decode(byte[] bytes) {
        try {
            return PredictionMade.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("bytes: %d that are no prediction".formatted(bytes.length), e);
        }
    }
}
