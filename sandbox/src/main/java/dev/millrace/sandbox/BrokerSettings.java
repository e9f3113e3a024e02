package dev.millrace.sandbox;

import java.util.Map;
import java.util.TreeMap;

/** Settings of the broker that do not depend on where it runs. */
final class BrokerSettings {
    private BrokerSettings() {}

    /**
     * Broker property to value.
     *
     * @param brokers in the cluster, 1 or more; Kafka's own topics have a replica on each, on three at most
     */
    static Map<String, String> common(int brokers) {
        String replicas = Integer.toString(Math.min(3, brokers));
        String inSync = Integer.toString(Math.max(1, Math.min(3, brokers) - 1));
        var settings = new TreeMap<String, String>();
        settings.put("auto.create.topics.enable", "false");
        settings.put("unclean.leader.election.enable", "false");
        // Consumer groups keep their offsets over a long holiday, when nobody runs the suite: 90 days.
        settings.put("offsets.retention.minutes", "129600");
        // The next transaction of a producer waits for the end of the last one in steps of this: 150 ms with the
        // defaults.
        settings.put("add.partitions.to.txn.retry.backoff.ms", "1");
        settings.put("add.partitions.to.txn.retry.backoff.max.ms", "5");
        settings.put("group.initial.rebalance.delay.ms", "0");
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            settings.put(topic + ".num.partitions", "4");
            settings.put(topic + ".replication.factor", replicas);
        }
        settings.put("transaction.state.log.min.isr", inSync);
        settings.put("share.coordinator.state.topic.min.isr", inSync);
        settings.put("log.index.size.max.bytes", "1048576");
        settings.put("num.recovery.threads.per.data.dir", "2");
        return settings;
    }
}
