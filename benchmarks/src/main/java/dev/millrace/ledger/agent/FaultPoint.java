package dev.millrace.ledger.agent;

import java.util.Locale;

/** A moment between two steps that belong together, where a fault does the most harm. */
public enum FaultPoint {
    /** A stage has worked on a record, its outcome is not sent. */
    BEFORE_SEND("org.apache.kafka.clients.producer.KafkaProducer", "send", false),
    /** A stage's outcomes are acknowledged, its offsets are not committed. */
    AFTER_SEND_BEFORE_COMMIT("org.apache.kafka.clients.consumer.KafkaConsumer", "commitSync", false),
    /** A stage's offsets are committed, it does not know. */
    AFTER_COMMIT("org.apache.kafka.clients.consumer.KafkaConsumer", "commitSync", true),
    /** Kafka has acknowledged an upload, its client is not told. */
    AFTER_ACK_BEFORE_ANSWER("dev.millrace.collector.UploadSender", "send", true),
    /** Results are made, of lanes whose numbers are known, and nothing of them is sent. */
    BEFORE_TRANSACTION("org.apache.kafka.clients.producer.KafkaProducer", "beginTransaction", false),
    /** Results and offsets are sent, their transaction is not committed. */
    BEFORE_TRANSACTION_COMMIT("org.apache.kafka.clients.producer.KafkaProducer", "commitTransaction", false),
    /** The transaction is committed, the process does not know. */
    AFTER_TRANSACTION_COMMIT("org.apache.kafka.clients.producer.KafkaProducer", "commitTransaction", true);

    private final String type;
    private final String method;
    private final boolean atReturn;

    FaultPoint(String type, String method, boolean atReturn) {
        this.type = type;
        this.method = method;
        this.atReturn = atReturn;
    }

    /** What people call it: {@code after-send-before-commit}. */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The class whose method is the point. */
    String type() {
        return type;
    }

    /** The method, all overloads of it. */
    String method() {
        return method;
    }

    /** Whether the point is where the method returns, else where it begins. */
    boolean atReturn() {
        return atReturn;
    }
}
