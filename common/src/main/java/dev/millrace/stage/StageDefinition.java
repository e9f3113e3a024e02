package dev.millrace.stage;

import dev.millrace.contract.v1.ModelReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An inner stage: what it reads, does and writes.
 *
 * @param service the service's name without {@code -service}, as hops and failures name it
 * @param group consumer group: the application's name
 * @param source where the links of its input come from
 * @param decoder body to input; any exception makes the record {@code UNDECODABLE_RECORD}
 * @param maxOutputBytes largest body that fits the output topic; a larger one becomes {@code RESULT_TOO_LARGE}
 * @param model the model in use, for dead letters; null where a stage runs none
 */
public record StageDefinition<I, O>(
        String service,
        String group,
        String inputTopic,
        String outputTopic,
        LaneSource source,
        Decoder<I> decoder,
        Function<O, byte[]> encoder,
        StageFunction<I, O> function,
        int maxOutputBytes,
        Supplier<@Nullable ModelReference> model) {

    /** The same stage with another function. */
    StageDefinition<I, O> with(StageFunction<I, O> other) {
        return new StageDefinition<>(
                service, group, inputTopic, outputTopic, source, decoder, encoder, other, maxOutputBytes, model);
    }

    /** Who makes the links of a stage's input. */
    public enum LaneSource {
        /** The stage itself, from the record's own position: feature, which reads what apps posted. */
        OWN_POSITION,
        /** An earlier stage; they are copied bit by bit. */
        HEADERS
    }

    /** Reads a body. */
    @FunctionalInterface
    public interface Decoder<I> {
        I decode(byte[] body) throws Exception;
    }
}
