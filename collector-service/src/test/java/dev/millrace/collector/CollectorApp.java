package dev.millrace.collector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A collector in this JVM, on free ports, with a model repository of one pipeline, {@code spam}. */
final class CollectorApp implements AutoCloseable {
    static final String ENCODER_DIGEST = "e".repeat(64);
    static final String MODEL_DIGEST = "d".repeat(64);

    private final ConfigurableApplicationContext context;

    private CollectorApp(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static CollectorApp start(String bootstrapServers, String redisUrl, Map<String, Object> settings) {
        var all = new HashMap<String, Object>(Map.of(
                // Room for a machine that is busy with tests; what is about Redis being slow sets its own.
                "millrace.collector.store-timeout",
                "2s",
                "millrace.collector.lookup-timeout",
                "5s",
                "spring.kafka.bootstrap-servers",
                bootstrapServers,
                "spring.data.redis.url",
                redisUrl,
                "server.port",
                0,
                "server.address",
                "127.0.0.1",
                "management.server.port",
                0,
                "management.server.address",
                "127.0.0.1",
                "millrace.models.repository",
                repository().toString(),
                "logging.structured.format.console",
                ""));
        // No stage runs in these tests.
        all.put("millrace.collector.max-drain-time", "1d");
        all.put("millrace.cache.redis-timeout", "1s");
        // Nothing is routed to them either.
        all.put("millrace.collector.stop-notice", "0s");
        all.putAll(settings);
        var application = new SpringApplication(CollectorApplication.class);
        application.setDefaultProperties(Map.of());
        var arguments = all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        return new CollectorApp(application.run(arguments));
    }

    int port() {
        return port("local.server.port");
    }

    /** The status and body of an address on the management port. */
    HttpResponse<String> management(String path) {
        try (var client = HttpClient.newHttpClient()) {
            var address = URI.create("http://127.0.0.1:%d%s".formatted(port("local.management.port"), path));
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }

    private int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    private static void model(Path folder, String digest) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("model.yaml"), """
                classifier: { labels: [ham, spam] }
                files: { model.pt: "%s" }
                """.formatted(digest));
    }

    private static Path repository() {
        try {
            Path folder = Files.createTempDirectory("millrace-models-");
            folder.toFile().deleteOnExit();
            Files.createDirectory(folder.resolve("pipelines"));
            Files.writeString(folder.resolve("pipelines/spam.yaml"), """
                    name: spam
                    description: Tells unwanted mail from wanted mail.
                    content-types: [message/rfc822, text/plain]
                    max-content-bytes: 65536
                    deadline: 10m
                    parser: mail
                    encoder: { name: all-MiniLM-L6-v2, version: "1", max-tokens: 256 }
                    features: mail-v1
                    model: { name: spam, version: "2" }
                    positive-label: spam
                    threshold: 0.5
                    """);
            model(folder.resolve("all-MiniLM-L6-v2/1"), ENCODER_DIGEST);
            model(folder.resolve("spam/2"), MODEL_DIGEST);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
