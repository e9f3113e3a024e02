package dev.millrace.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs a copy of the script {@code millrace} with JDKs and a Maven that only say what they were asked for. */
class LauncherScriptTests {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path root;
    private Path tools;

    /** What a run ended with and printed, errors included. */
    private record Run(int status, String output) {}

    @BeforeEach
    void layOut() throws IOException {
        root = Files.createDirectories(folder.resolve("a clone"));
        tools = Files.createDirectories(folder.resolve("tools"));
        var script = Files.readString(Path.of("..", "millrace"))
                .replace("/usr/lib/jvm/", folder.resolve("jvm") + "/")
                .replace("/Library/Java/", folder.resolve("library") + "/")
                .replace("/usr/libexec/", folder.resolve("libexec") + "/");
        Files.writeString(root.resolve("millrace"), script);
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("PATH", tools + ":/usr/bin:/bin");
        executable(tools.resolve("java"), "echo '    java.home = %s'".formatted(folder.resolve("none")));
    }

    @Test
    void takesTheJdkOfJavaHome() throws Exception {
        built();
        environment.put("JAVA_HOME", jdk("chosen", "25.0.1").toString());
        jdk("jvm/other", "26");

        assertThat(run("status", "--json")).satisfies(run -> assertThat(run.output())
                .startsWith("chosen ")
                .contains("-Dmillrace.home=" + root)
                .endsWith("standalone-1-app.jar status --json\n"));
    }

    @Test
    void takesTheJdkOnThePath() throws Exception {
        built();
        var jdk = jdk("on-path", "25");
        executable(tools.resolve("java"), "echo '    java.home = %s'".formatted(jdk));

        assertThat(run("status").output()).startsWith("on-path ");
    }

    @Test
    void passesByAnOlderJavaHome() throws Exception {
        built();
        environment.put("JAVA_HOME", jdk("old", "17.0.15").toString());
        jdk("jvm/java-17", "17.0.15");
        jdk("jvm/temurin-25", "25.0.3");

        assertThat(run("status").output()).startsWith("temurin-25 ");
    }

    @Test
    void findsTheJdkOfSdkman() throws Exception {
        built();
        jdk("home/.sdkman/candidates/java/25-tem", "25");

        assertThat(run("status").output()).startsWith("25-tem ");
    }

    @Test
    void findsTheJdkOfMacOs() throws Exception {
        built();
        jdk("library/JavaVirtualMachines/temurin-25.jdk/Contents/Home", "25");

        assertThat(run("status").output()).startsWith("Home ");
    }

    @Test
    void saysHowToGetAJdk() throws Exception {
        built();
        jdk("jvm/java-17", "17.0.15");

        assertThat(run("status")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.output()).contains("error: no JDK 25").contains("mend:  install one");
        });
    }

    @Test
    void buildsWhatIsNotBuilt() throws Exception {
        jdk("jvm/temurin-25", "25");
        maven("""
                echo "[INFO] Building contract 0.1.0-SNAPSHOT                                       [2/12]"
                mkdir -p '%1$s/standalone/target' && touch '%1$s/standalone/target/standalone-1-app.jar'
                echo "[INFO] BUILD SUCCESS"
                """.formatted(root));

        assertThat(run("status")).satisfies(run -> {
            assertThat(run.status()).isZero();
            assertThat(run.output())
                    .contains("  [2/12] contract\n")
                    .contains("temurin-25 ")
                    .contains("standalone-1-app.jar status");
        });
        assertThat(Files.readString(folder.resolve("mvn.log")))
                .contains("-Dfast")
                .contains("package");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo --exit", "--port-base 28080 up"})
    void buildsAgainWhenASourceIsNewer(String command) throws Exception {
        built();
        jdk("jvm/temurin-25", "25");
        maven("echo '[INFO] BUILD SUCCESS'");
        editSource();

        assertThat(run(command.split(" ")).output())
                .contains("Building Millrace")
                .endsWith(command + "\n");
        assertThat(root.resolve(".millrace/build.lock")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"down --purge", "status", "logs collector"})
    void letsASuiteBeLookedAtAndEndedWhileTheSourcesDoNotCompile(String command) throws Exception {
        built();
        Files.delete(root.resolve("standalone/target/built"));
        jdk("jvm/temurin-25", "25");
        maven("exit 1");
        editSource();

        assertThat(run(command.split(" "))).satisfies(run -> {
            assertThat(run.status()).isZero();
            assertThat(run.output()).endsWith("standalone-1-app.jar " + command + "\n");
        });
    }

    @Test
    void showsWhyABuildFailed() throws Exception {
        built();
        Files.delete(root.resolve("standalone/target/built"));
        jdk("jvm/temurin-25", "25");
        maven("echo '[ERROR] cannot find symbol'; exit 1");

        assertThat(run("up")).satisfies(run -> {
            assertThat(run.status()).isEqualTo(3);
            assertThat(run.output()).contains("[ERROR] cannot find symbol").contains("error: the build failed");
        });
        assertThat(root.resolve("standalone/target/built")).doesNotExist();
        assertThat(Files.exists(root.resolve(".millrace/build.lock"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void buildsOnceForTwoThatAreStartedAtOnce() throws Exception {
        jdk("jvm/temurin-25", "25");
        maven("""
                sleep 1
                mkdir -p '%1$s/standalone/target' && touch '%1$s/standalone/target/standalone-1-app.jar'
                echo "[INFO] BUILD SUCCESS"
                """.formatted(root));

        var other = start("up", "--detach");
        var run = run("up", "--detach");

        assertThat(run.status()).isZero();
        assertThat(other.waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("mvn.log"))).hasSize(1);
    }

    @Test
    void passesByTheLockOfABuildThatWasKilled() throws Exception {
        jdk("jvm/temurin-25", "25");
        maven("""
                mkdir -p '%1$s/standalone/target' && touch '%1$s/standalone/target/standalone-1-app.jar'
                echo "[INFO] BUILD SUCCESS"
                """.formatted(root));
        Files.createDirectories(root.resolve(".millrace"));
        // No process has an id as great as this.
        Files.createSymbolicLink(root.resolve(".millrace/build.lock"), Path.of("99999999"));

        assertThat(run("up").status()).isZero();
    }

    @Test
    void keepsItsFolderToItself() throws Exception {
        jdk("jvm/temurin-25", "25");
        maven("exit 1");

        run("up");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(".millrace"))))
                .isEqualTo("rwx------");
    }

    private void editSource() throws IOException {
        var source =
                Files.createDirectories(root.resolve("contract/src/main/java")).resolve("A.java");
        Files.writeString(source, "class A {}");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
    }

    private void built() throws IOException {
        var target = Files.createDirectories(root.resolve("standalone/target"));
        Files.writeString(target.resolve("standalone-1-app.jar"), "");
        Files.writeString(target.resolve("built"), "");
        Files.setLastModifiedTime(
                target.resolve("built"), FileTime.from(Instant.now().plus(Duration.ofSeconds(5))));
    }

    /** A JDK whose {@code java} prints the name of its folder and its arguments. */
    private Path jdk(String path, String version) throws IOException {
        var home = folder.resolve(path);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"%s\"\n".formatted(version));
        executable(home.resolve("bin/javac"), "exit 0");
        executable(home.resolve("bin/java"), "echo \"%s $*\"".formatted(home.getFileName()));
        return home;
    }

    private void maven(String body) throws IOException {
        executable(tools.resolve("mvn"), "echo \"$*\" >> '%s'\n%s".formatted(folder.resolve("mvn.log"), body));
    }

    private static void executable(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        var process = start(arguments);
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), output);
    }

    private Process start(String... arguments) throws IOException {
        var command =
                new ArrayList<>(List.of("/bin/sh", root.resolve("millrace").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }
}
