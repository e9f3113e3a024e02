package dev.millrace.monitoring;

import dev.millrace.contract.Topics;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** What the service finds where it is started: a model repository of one model, and topics. */
public final class Repositories {
    private Repositories() {}

    /** One version whose only series is spread evenly from 0 to 1. */
    static void write(Path repository) throws IOException {
        var links = new SplittableRandom(1).doubles(2000).toArray();
        write(repository, new Profile(List.of(SeriesProfile.of("links", links))));
    }

    /** One version of such a profile. */
    public static void write(Path repository, Profile profile) throws IOException {
        Files.writeString(
                Files.createDirectories(repository.resolve("spam/2")).resolve("profile.json"), profile.toJson());
        Files.writeString(
                Files.createDirectories(repository.resolve("pipelines")).resolve("spam.yaml"), """
                name: spam
                description: Tells unwanted mail from wanted mail.
                content-types: [message/rfc822]
                max-content-bytes: 1048576
                deadline: 10m
                parser: mail
                encoder: { name: all-MiniLM-L6-v2, version: "1", max-tokens: 256 }
                features: mail-v1
                model: { name: spam, version: "2" }
                positive-label: spam
                threshold: 0.5
                """);
    }

    /** The id that the topic of uploads has now. */
    static String incarnation(String bootstrapServers) throws ExecutionException, InterruptedException {
        try (var admin = Admin.create(Map.of("bootstrap.servers", (Object) bootstrapServers))) {
            return admin.describeTopics(List.of(Topics.UPLOADS))
                    .allTopicNames()
                    .get()
                    .values()
                    .iterator()
                    .next()
                    .topicId()
                    .toString();
        }
    }
}
