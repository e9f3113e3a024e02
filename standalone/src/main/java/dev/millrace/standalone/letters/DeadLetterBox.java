package dev.millrace.standalone.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.TopicCatalog;
import dev.millrace.contract.Topics;
import dev.millrace.contract.UploadResult;
import dev.millrace.standalone.topic.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds dead letters and sends their uploads again. A letter counts only if a published {@code FAILED} names it: another
 * is left by a process that crashed, and a later try of it ended otherwise.
 *
 * <p>A replay enters where every upload does, under the same id as its next attempt, so it ends in exactly one result
 * too. Replaying twice does no harm: an attempt that has its result is passed over here, and one that is under way is
 * dropped by the postprocessor as a repeat.
 */
public final class DeadLetterBox implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LEAST_TIME = Duration.ofMinutes(1);
    private static final Set<String> OF_THE_FIRST_TRY =
            Set.of(Headers.ORIGIN, Headers.PREDECESSOR, Headers.OUTCOME, Headers.HOPS);

    private final TopicReader reader;
    private final KafkaProducer<byte[], byte[]> producer;

    public DeadLetterBox(String bootstrapServers) {
        reader = new TopicReader(bootstrapServers);
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        4 << 20,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** What can be done with a letter. @param obstacle why it cannot be sent again; null if it can */
    public record Finding(DeadLetter letter, @Nullable String obstacle) {}

    /** The letters that a filter matches, the oldest first. */
    public List<Finding> find(DeadLetterFilter filter) {
        var letters = new LinkedHashMap<String, DeadLetter>();
        for (var topic : TopicCatalog.load().topics()) {
            if (topic.name().endsWith(".dlq")) {
                reader.read(topic.name(), filter.since(), record -> {
                    var letter = DeadLetter.of(record);
                    if (filter.matches(letter)) {
                        letters.putIfAbsent(letter.id() != null ? letter.id() : record.toString(), letter);
                    }
                });
            }
        }
        if (letters.isEmpty()) {
            return List.of();
        }
        var oldest = letters.values().stream()
                .map(DeadLetter::writtenAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        var published = published(oldest.minus(Duration.ofMinutes(1)));
        return letters.values().stream()
                .sorted(Comparator.comparing(DeadLetter::writtenAt))
                .map(letter -> new Finding(letter, obstacle(letter, published)))
                .toList();
    }

    /** What the results say. @param named letters that results name @param attempts highest attempt with a result */
    private record Published(Set<String> named, Map<UUID, Integer> attempts) {}

    private Published published(Instant since) {
        var published = new Published(new HashSet<>(), new HashMap<>());
        reader.read(Topics.RESULTS, since, record -> {
            try {
                var result = JSON.readValue(record.value(), UploadResult.class);
                published.attempts().merge(result.id(), result.attempt(), Math::max);
                if (result.error() != null && result.error().deadLetter() != null) {
                    published.named().add(result.error().deadLetter());
                }
            } catch (JacksonException | NullPointerException | IllegalArgumentException e) {
                // Somebody else's record names no letter.
            }
        });
        return published;
    }

    private static @Nullable String obstacle(DeadLetter letter, Published published) {
        if (letter.id() == null) {
            return "an operator's note";
        }
        if (letter.upload() == null || letter.attempt() == 0) {
            return "it does not say of which upload it is";
        }
        if (!published.named().contains(letter.id())) {
            return "no result names it: the upload ended otherwise, or has not ended yet";
        }
        int last = published.attempts().getOrDefault(letter.upload(), 0);
        return last > letter.attempt() ? "attempt %d has its result already".formatted(last) : null;
    }

    /**
     * Sends the letter's upload again, as the next attempt, with as much time as it had.
     *
     * @throws IllegalStateException if the upload is no longer kept, or the broker did not take it
     */
    public void replay(DeadLetter letter) {
        var original = original(letter);
        var again = new ProducerRecord<>(Topics.UPLOADS, letter.lane(), null, original.key(), original.value());
        for (var header : original.headers()) {
            if (!header.key().startsWith("millrace-dlq-") && !OF_THE_FIRST_TRY.contains(header.key())
                    || isKnown(header)) {
                again.headers().add(header);
            }
        }
        Headers.set(again.headers(), Headers.ATTEMPT, Integer.toString(letter.attempt() + 1));
        Headers.set(
                again.headers(),
                Headers.DEADLINE,
                Long.toString(Instant.now().plus(timeOf(original)).toEpochMilli()));
        try {
            producer.send(again).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("%s: not sent: %s".formatted(letter.id(), e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Collector itself writes this outcome: the body is a prediction then. */
    private static boolean isKnown(Header header) {
        return header.key().equals(Headers.OUTCOME)
                && OutcomeKind.KNOWN.header().equals(new String(header.value(), UTF_8));
    }

    /** The upload as the collector wrote it: from its own topic, or from the letter if that is a copy of it. */
    private ConsumerRecord<byte[], byte[]> original(DeadLetter letter) {
        var upload = requireNonNull(letter.upload());
        var found = letter.origin() == null
                ? reader.at(letter.topic(), letter.lane(), letter.offset())
                : reader.at(Topics.UPLOADS, letter.lane(), letter.origin().offset());
        if (found == null || !upload.toString().equals(Headers.text(found.headers(), Headers.UPLOAD_ID))) {
            throw new IllegalStateException("%s: upload %s is no longer kept".formatted(letter.id(), upload));
        }
        return found;
    }

    private static Duration timeOf(ConsumerRecord<byte[], byte[]> original) {
        var time = Duration.ofMillis(milliseconds(original, Headers.DEADLINE, original.timestamp())
                - milliseconds(original, Headers.ACCEPTED_AT, original.timestamp()));
        return time.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : time;
    }

    private static long milliseconds(ConsumerRecord<byte[], byte[]> record, String header, long otherwise) {
        String text = Headers.text(record.headers(), header);
        try {
            return text == null ? otherwise : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    @Override
    public void close() {
        reader.close();
        producer.close();
    }
}
