package dev.millrace.monitoring;

import java.lang.reflect.Type;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.support.converter.RecordMessageConverter;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/** Hands a record on as it is. The binder's own converter maps its headers to types of its own and drops null bodies. */
final class WholeRecordConverter implements RecordMessageConverter {
    private static final String RECORD = "record";
    private static final byte[] NOTHING = {};

    /** The record that a message was made of. */
    @SuppressWarnings("unchecked") // The consumer's deserialisers are of byte arrays.
    static ConsumerRecord<byte[], byte @Nullable []> recordOf(Message<?> message) {
        var source = message.getHeaders().get(RECORD, ConsumerRecord.class);
        if (source == null) {
            throw new IllegalArgumentException("message: no header '%s' (expected: the record)".formatted(RECORD));
        }
        return source;
    }

    @Override
    public Message<?> toMessage(
            ConsumerRecord<?, ?> source,
            @Nullable Object acknowledgment,
            @Nullable Object consumer,
            @Nullable Type payloadType) {
        return MessageBuilder.withPayload(NOTHING).setHeader(RECORD, source).build();
    }

    @Override
    public ProducerRecord<?, ?> fromMessage(Message<?> message, @Nullable String defaultTopic) {
        throw new UnsupportedOperationException("read only");
    }
}
