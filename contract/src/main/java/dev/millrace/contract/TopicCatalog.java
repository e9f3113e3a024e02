package dev.millrace.contract;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What {@code topics.yaml} says: every topic with its partitions, retention, sizes and compression.
 *
 * @param lanes partitions of each of {@link Topics#LANE_TOPICS}, 1 to 1024
 */
public record TopicCatalog(int lanes, List<Topic> topics) {
    private static final Pattern HOURS = Pattern.compile("([1-9][0-9]{0,4})h");

    public TopicCatalog {
        if (lanes < 1 || lanes > 1024) {
            throw new IllegalArgumentException("lanes: %d (expected: 1 to 1024)".formatted(lanes));
        }
        topics = List.copyOf(topics);
    }

    /**
     * One topic.
     *
     * @param retention how long records are kept, at the least
     * @param maxMessageBytes the largest record batch that the broker takes, in bytes
     * @param compacted whether the last record of each key is kept for ever
     */
    public record Topic(
            String name,
            int partitions,
            Duration retention,
            int maxMessageBytes,
            String compression,
            boolean compacted) {
        /** The broker's configuration of the topic. */
        public Map<String, String> configuration() {
            return Map.of(
                    "cleanup.policy",
                    compacted ? "compact" : "delete",
                    "min.compaction.lag.ms",
                    Long.toString(compacted ? retention.toMillis() : 0),
                    "retention.ms",
                    Long.toString(retention.toMillis()),
                    "max.message.bytes",
                    Integer.toString(maxMessageBytes),
                    "compression.type",
                    compression,
                    "retention.bytes",
                    "-1",
                    "message.timestamp.type",
                    "CreateTime",
                    "unclean.leader.election.enable",
                    "false");
        }
    }

    /** The catalogue inside this jar. */
    public static TopicCatalog load() {
        try (InputStream yaml = TopicCatalog.class.getResourceAsStream("topics.yaml")) {
            if (yaml == null) {
                throw new IllegalStateException("topics.yaml is not beside " + TopicCatalog.class.getName());
            }
            return parse(yaml);
        } catch (IOException e) {
            throw new IllegalStateException("topics.yaml cannot be read", e);
        }
    }

    static TopicCatalog parse(InputStream yaml) {
        var root = YAMLMapper.builder().build().readTree(yaml);
        int lanes = root.required("lanes").asInt();
        var topics = new ArrayList<Topic>();
        root.required("topics").forEachEntry((name, topic) -> {
            var partitions = topic.required("partitions");
            topics.add(new Topic(
                    name,
                    partitions.isString() && partitions.asString().equals("lanes") ? lanes : partitions.asInt(),
                    hours(name, topic.required("retention").asString()),
                    topic.required("max-message-bytes").asInt(),
                    topic.required("compression").asString(),
                    topic.path("compacted").asBoolean(false)));
        });
        return new TopicCatalog(lanes, topics);
    }

    /** The topic of this name. @throws IllegalArgumentException if there is none */
    public Topic topic(String name) {
        return topics.stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("topic: '%s' (expected one of topics.yaml)".formatted(name)));
    }

    private static Duration hours(String topic, String text) {
        var matcher = HOURS.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "%s.retention: '%s' (expected: hours, as in 72h)".formatted(topic, text));
        }
        return Duration.ofHours(Long.parseLong(matcher.group(1)));
    }
}
