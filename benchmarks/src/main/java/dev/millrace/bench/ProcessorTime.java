package dev.millrace.bench;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Processor time that this program and the processes that it started have taken so far.
 *
 * @param spent by name: the services', {@code kafka}, {@code redis}, and {@code load} for this one
 */
record ProcessorTime(Map<String, Duration> spent) {
    ProcessorTime {
        spent = new TreeMap<>(spent);
    }

    /** @param services their process ids, by name */
    static ProcessorTime now(Map<String, Long> services) {
        var names = new TreeMap<Long, String>();
        services.forEach((name, pid) -> names.put(pid, name));
        var spent = new TreeMap<String, Duration>();
        spent.put("load", of(ProcessHandle.current()));
        ProcessHandle.current().children().forEach(child -> {
            String command = child.info().command().orElse("");
            String name = names.getOrDefault(child.pid(), command.endsWith("java") ? "kafka" : "redis");
            spent.merge(name, of(child), Duration::plus);
        });
        return new ProcessorTime(spent);
    }

    private static Duration of(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Milliseconds that each has taken since then, for each of so many texts. */
    Map<String, Double> since(ProcessorTime before, long texts) {
        var each = new TreeMap<String, Double>();
        spent.forEach((name, time) -> each.put(
                name, time.minus(before.spent.getOrDefault(name, Duration.ZERO)).toNanos() / 1e6 / texts));
        return each;
    }
}
