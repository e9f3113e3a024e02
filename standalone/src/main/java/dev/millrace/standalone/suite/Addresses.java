package dev.millrace.standalone.suite;

import dev.millrace.sandbox.Ports;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the suite listens, all of it on 127.0.0.1.
 *
 * @param collector port of the upload API
 * @param monitoring port of the dashboard
 * @param management first of five ports: collector, feature, inference, postprocessor, monitoring
 */
public record Addresses(int collector, int monitoring, int management, int kafka, int redis) {
    public static final Addresses DEFAULT = new Addresses(8080, 8084, 9080, 19092, 16379);
    /** Ports from {@link #basedOn}'s base to its last one. */
    static final int SPAN = 22;

    /**
     * Every port next to a base: collector +0, monitoring +4, management +10 to +14, Kafka +20, Redis +21.
     *
     * @param base 1024 to 65514
     */
    public static Addresses basedOn(int base) {
        if (base < 1024 || base > 65_536 - SPAN) {
            throw new IllegalArgumentException("--port-base: %d (expected: 1024 to %d)".formatted(base, 65_536 - SPAN));
        }
        return new Addresses(base, base + 4, base + 10, base + 20, base + 21);
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

    /** The port that a process of the suite serves on: {@code kafka}, {@code redis} or a service's title. */
    int port(String process) {
        return switch (process) {
            case "kafka" -> kafka;
            case "redis" -> redis;
            default -> server(Service.titled(process));
        };
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
        return "127.0.0.1:" + kafka;
    }

    /** Every port with the name of who listens there. */
    Map<Integer, String> all() {
        var ports = new LinkedHashMap<Integer, String>();
        ports.put(kafka, "Kafka");
        ports.put(redis, "Redis");
        for (var service : Service.values()) {
            ports.put(server(service), service.title());
            ports.putIfAbsent(management(service), service.title() + " management");
        }
        return ports;
    }
}
