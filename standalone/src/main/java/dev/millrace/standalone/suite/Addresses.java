package dev.millrace.standalone.suite;

import dev.millrace.sandbox.Ports;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where the suite listens, all of it on 127.0.0.1.
 *
 * @param collector port of the upload API
 * @param monitoring port of the dashboard
 * @param management first of five ports: collector, feature, inference, postprocessor, monitoring
 * @param kafka ports of the brokers, one or more
 */
public record Addresses(int collector, int monitoring, int management, List<Integer> kafka, int redis) {
    public static final Addresses DEFAULT = new Addresses(8080, 8084, 9080, List.of(19092), 16379);
    /** Ports from {@link #basedOn}'s base to its last one. */
    static final int SPAN = 22;

    public Addresses {
        kafka = List.copyOf(kafka);
    }

    /**
     * Every port next to a base: collector +0, monitoring +4, management +10 to +14, Kafka +20, Redis +21.
     *
     * @param base 1024 to 65514
     */
    public static Addresses basedOn(int base) {
        if (base < 1024 || base > 65_536 - SPAN) {
            throw new IllegalArgumentException("--port-base: %d (expected: 1024 to %d)".formatted(base, 65_536 - SPAN));
        }
        return new Addresses(base, base + 4, base + 10, List.of(base + 20), base + 21);
    }

    /** A base where every port is free at the moment. */
    public static Addresses free() {
        while (true) {
            var addresses = basedOn(Ports.free());
            if (addresses.all().keySet().stream().allMatch(Ports::isFree)) {
                return addresses;
            }
        }
    }

    /** The same with several brokers, the others on any free ports. */
    public Addresses withBrokers(int brokers) {
        var taken = all().keySet();
        var more = Stream.generate(Ports::free)
                .filter(port -> !taken.contains(port))
                .distinct()
                .limit(brokers - 1L);
        return new Addresses(
                collector,
                monitoring,
                management,
                Stream.concat(Stream.of(kafka.getFirst()), more).toList(),
                redis);
    }

    public int management(Service service) {
        return management + service.ordinal();
    }

    /** The port that serves people or programs, which is the management port where a service has no other. */
    int server(Service service) {
        return switch (service) {
            case COLLECTOR -> collector;
            case MONITORING -> monitoring;
            case FEATURE, INFERENCE, POSTPROCESSOR -> management(service);
        };
    }

    /** The port that a process of the suite serves on: a broker, {@code redis} or a service's title. */
    int port(String process) {
        int broker = broker(process);
        return broker >= 0 ? kafka.get(broker) : process.equals("redis") ? redis : server(Service.titled(process));
    }

    /** Which broker a process is, or -1 if none: {@code kafka} is the first, {@code kafka-2} the second. */
    private int broker(String process) {
        return IntStream.range(0, kafka.size())
                .filter(index -> process.equals(brokerName(index)))
                .findFirst()
                .orElse(-1);
    }

    private static String brokerName(int index) {
        return index == 0 ? "kafka" : "kafka-" + (index + 1);
    }

    /** Where to turn to a service, in words. */
    String describe(Service service) {
        return switch (service) {
            case COLLECTOR -> api();
            case MONITORING -> dashboard();
            case FEATURE, INFERENCE, POSTPROCESSOR -> "management on 127.0.0.1:" + management(service);
        };
    }

    public String api() {
        return "http://127.0.0.1:" + collector;
    }

    public String dashboard() {
        return "http://127.0.0.1:" + monitoring + "/";
    }

    public String bootstrapServers() {
        return kafka.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Every port with the name of who listens there. */
    Map<Integer, String> all() {
        var ports = new LinkedHashMap<Integer, String>();
        kafka.forEach(port -> ports.put(port, "Kafka"));
        ports.put(redis, "Redis");
        for (var service : Service.values()) {
            ports.put(server(service), service.title());
            ports.putIfAbsent(management(service), service.title() + " management");
        }
        return ports;
    }
}
