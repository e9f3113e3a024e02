package dev.millrace.ledger.crash;

import java.util.Locale;

/** A moment between two steps that belong together, where a crash does the most harm. */
public enum CrashPoint {
    /** A stage's outcomes are acknowledged, its offsets are not committed. */
    AFTER_SEND_BEFORE_COMMIT("org.apache.kafka.clients.consumer.KafkaConsumer", "commitSync", false),
    /** Kafka has acknowledged an upload, its client is not told. */
    AFTER_ACK_BEFORE_ANSWER("dev.millrace.collector.UploadSender", "send", true),
    /** Results and offsets are sent, their transaction is not committed. */
    BEFORE_TRANSACTION_COMMIT("org.apache.kafka.clients.producer.KafkaProducer", "commitTransaction", false),
    /** The transaction is committed, the process does not know. */
    AFTER_TRANSACTION_COMMIT("org.apache.kafka.clients.producer.KafkaProducer", "commitTransaction", true);

    private final String type;
    private final String method;
    private final boolean atReturn;

    CrashPoint(String type, String method, boolean atReturn) {
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
