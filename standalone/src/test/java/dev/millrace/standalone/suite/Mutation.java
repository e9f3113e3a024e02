package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.ledger.audit.Anomaly.Kind;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/**
 * One guard of the delivery protocol switched off: a class of the stage runtime with one line changed, which an agent puts
 * in the place of the real one. The product's code has no flag for it.
 */
enum Mutation {
    /** A lost record's successors are published, and it itself is a repeat when it comes again. */
    PREDECESSOR_CHECK(
            "PublishGate",
            "case NEWER -> follows ? Verdict.ACCEPT : newer(number, link.predecessor());",
            "case NEWER -> Verdict.ACCEPT;",
            "send-lost",
            Kind.LOST,
            Kind.TORN_BATCH),
    /** An aborted result at the end of a lane is taken for the number, and the commit's metadata tells otherwise. */
    READ_COMMITTED("KafkaClients", "\"read_committed\"", "\"read_uncommitted\"", "transaction-lost", Kind.LOST),
    /** Of a batch's records only the first follows what was published, and the commit covers no more than it. */
    IN_ORDER_EMISSION(
            "OutcomeSender",
            "for (Emission emission : emissions) {\n                var lane",
            "for (Emission emission : emissions.reversed()) {\n                var lane",
            "send-lost",
            Kind.LOST),
    /** The offsets of an aborted transaction stand, and their metadata tell of results that are not there. */
    OFFSETS_INSIDE_THE_TRANSACTION(
            "PublishingStage",
            "producer.sendOffsetsToTransaction(transaction.offsets, requireMember(consumer.groupMetadata()));",
            "consumer.commitSync(transaction.offsets);",
            "transaction-lost",
            Kind.LOST),
    /** A lost record never comes again; feature makes the chain go on without it, behind inference's gap a lane stands. */
    SEEK_BACK(
            "InnerStage",
            "consumer.seek(partition, lane.frontier().position());\n            } else",
            "} else",
            "send-lost",
            Kind.LOST),
    /** A lost record is committed past, and its lane stands behind the gap. */
    CONTIGUOUS_FRONTIER("OutcomeSender", "} else if (withoutHole) {", "} else {", "send-lost", Kind.LOST),
    /** The records of an aborted transaction come again and are taken for repeats. */
    NUMBER_READ_AGAIN(
            "PublishingStage",
            "        lanes.clear();\n        polled",
            "        polled",
            "transaction-lost",
            Kind.LOST,
            Kind.TORN_BATCH),
    /** A member that lost its lanes publishes what their new owner has published. */
    GENERATION(
            "PublishingStage",
            "requireMember(consumer.groupMetadata())",
            "new ConsumerGroupMetadata(consumer.groupMetadata().groupId())",
            "zombie-before-transaction",
            Kind.DUPLICATE,
            Kind.REORDERED);

    private static final String PACKAGE = "common/src/main/java/dev/millrace/stage/";

    private final String type;
    private final String line;
    private final String mutated;
    private final String fault;
    private final Set<Kind> anomalies;

    /**
     * @param fault the kind of fault that brings the harm about
     * @param anomalies what the ledger must find
     */
    Mutation(String type, String line, String mutated, String fault, Kind... anomalies) {
        this.type = type;
        this.line = line;
        this.mutated = mutated;
        this.fault = fault;
        this.anomalies = Set.of(anomalies);
    }

    String fault() {
        return fault;
    }

    Set<Kind> anomalies() {
        return anomalies;
    }

    /**
     * Compiles the mutant and packs it with its agent.
     *
     * @param home the project's folder
     * @param classes jars that the class needs
     * @param folder to work in
     * @return the agent's jar
     */
    Path pack(Path home, List<Path> classes, Path folder) throws IOException {
        String source = Files.readString(home.resolve(PACKAGE).resolve(type + ".java"));
        if (source.split(Pattern.quote(line), -1).length != 2) {
            throw new IllegalStateException("%s: '%s' (expected: once in %s)".formatted(this, line, type));
        }
        Path sources = Files.createDirectories(folder.resolve("mutant-source"));
        Path file = Files.writeString(sources.resolve(type + ".java"), source.replace(line, mutated));
        Path compiled = Files.createDirectories(folder.resolve("mutant-classes"));
        var errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        errors,
                        "-proc:none",
                        "-nowarn",
                        "-d",
                        compiled.toString(),
                        "-cp",
                        classes.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                        file.toString());
        if (status != 0) {
            throw new IllegalStateException("%s does not compile:%n%s".formatted(this, errors.toString(UTF_8)));
        }
        return jar(compiled, folder.resolve("mutant.jar"));
    }

    private static Path jar(Path compiled, Path jar) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", MutantAgent.class.getName());
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var files = Files.walk(compiled)) {
            String agent = MutantAgent.class.getName().replace('.', '/') + ".class";
            try (var in = MutantAgent.class.getClassLoader().getResourceAsStream(agent)) {
                add(agent, Objects.requireNonNull(in).readAllBytes(), out);
            }
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = compiled.relativize(file).toString().replace(File.separatorChar, '/');
                add(MutantAgent.FOLDER + name, Files.readAllBytes(file), out);
            }
        }
        return jar;
    }

    private static void add(String name, byte[] bytes, JarOutputStream out) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(bytes);
        out.closeEntry();
    }
}
