package dev.millrace.standalone.suite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/**
 * One guard of the delivery protocol switched off: a class of the stage runtime with one line changed, which an agent puts
 * in the place of the real one. The product's code has no flag for it.
 */
enum Mutation {
    PREDECESSOR_CHECK(
            "PublishGate",
            "case NEWER -> follows ? Verdict.ACCEPT : newer(number, link.predecessor());",
            "case NEWER -> Verdict.ACCEPT;"),
    READ_COMMITTED("KafkaClients", "\"read_committed\"", "\"read_uncommitted\""),
    IN_ORDER_EMISSION(
            "OutcomeSender",
            "for (Emission emission : emissions) {\n                var lane",
            "for (Emission emission : emissions.reversed()) {\n                var lane"),
    OFFSETS_INSIDE_THE_TRANSACTION(
            "PublishingStage",
            "producer.sendOffsetsToTransaction(transaction.offsets, requireMember(consumer.groupMetadata()));",
            "consumer.commitSync(transaction.offsets);"),
    SEEK_BACK("InnerStage", "consumer.seek(partition, lane.frontier().position());\n            } else", "} else"),
    CONTIGUOUS_FRONTIER("OutcomeSender", "} else if (withoutHole) {", "} else {"),
    NUMBER_READ_AGAIN("PublishingStage", "        lanes.clear();\n        polled", "        polled"),
    GENERATION(
            "PublishingStage",
            "requireMember(consumer.groupMetadata())",
            "new ConsumerGroupMetadata(consumer.groupMetadata().groupId())");

    private static final String PACKAGE = "common/src/main/java/dev/millrace/stage/";

    private final String type;
    private final String line;
    private final String mutated;

    Mutation(String type, String line, String mutated) {
        this.type = type;
        this.line = line;
        this.mutated = mutated;
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
        if (source.split(java.util.regex.Pattern.quote(line), -1).length != 2) {
            throw new IllegalStateException("%s: '%s' (expected: once in %s)".formatted(this, line, type));
        }
        Path sources = Files.createDirectories(folder.resolve("mutant-source"));
        Path file = Files.writeString(sources.resolve(type + ".java"), source.replace(line, mutated));
        Path compiled = Files.createDirectories(folder.resolve("mutant-classes"));
        var errors = new java.io.ByteArrayOutputStream();
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
                        classes.stream().map(Path::toString).collect(Collectors.joining(java.io.File.pathSeparator)),
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
                add(agent, java.util.Objects.requireNonNull(in).readAllBytes(), out);
            }
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = compiled.relativize(file).toString().replace(java.io.File.separatorChar, '/');
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
