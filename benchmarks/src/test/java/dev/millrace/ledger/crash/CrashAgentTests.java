package dev.millrace.ledger.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashAgentTests {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = CrashPoint.class,
            names = {"AFTER_SEND_BEFORE_COMMIT", "BEFORE_TRANSACTION_COMMIT", "AFTER_TRANSACTION_COMMIT"})
    void putsEachPointIntoKafkasClients(CrashPoint point) throws IOException {
        byte[] instrumented = new CrashAgent()
                .transform(getClass().getClassLoader(), point.type().replace('.', '/'), null, null, bytes(point));

        assertThat(instrumented).isNotNull();
        assertThat(ClassFile.of().verify(instrumented)).isEmpty();
        var called = ClassFile.of().parse(instrumented).methods().stream()
                .filter(method -> method.code().stream()
                        .flatMap(code -> code.elementStream())
                        .anyMatch(element -> element instanceof InvokeInstruction call
                                && call.owner().asInternalName().endsWith("CrashHook")))
                .map(method -> method.methodName().stringValue());
        assertThat(called).isNotEmpty().containsOnly(point.method());
    }

    @Test
    void leavesOtherClassesAlone() {
        assertThat(new CrashAgent().transform(null, "java/lang/String", null, null, new byte[0]))
                .isNull();
    }

    @Test
    void haltsAnArmedProcessAtThePoint() throws Exception {
        var process = start();
        process.getInputStream().read();

        Files.createFile(CrashHook.file(folder, CrashPoint.AFTER_TRANSACTION_COMMIT, process.pid()));
        go(process);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(CrashHook.STATUS);
    }

    @Test
    void letsAProcessThatIsNotArmedGoOn() throws Exception {
        var process = start();
        process.getInputStream().read();

        Files.createFile(CrashHook.file(folder, CrashPoint.AFTER_TRANSACTION_COMMIT, process.pid() + 1));
        go(process);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    /** Commits a transaction after it is told to go on. */
    public static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            // Loads the class, which is when the agent works.
            var type = org.apache.kafka.clients.producer.KafkaProducer.class;
            System.out.write('r');
            System.out.flush();
            System.in.read();
            CrashHook.at(CrashPoint.AFTER_TRANSACTION_COMMIT.title());
            System.exit(type.getName().isEmpty() ? 1 : 0);
        }
    }

    private Process start() throws IOException {
        var jar = CrashAgent.writeJar(folder.resolve("agent.jar"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-javaagent:" + jar + "=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void go(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    private static byte[] bytes(CrashPoint point) throws IOException {
        try (var in = CrashAgentTests.class
                .getClassLoader()
                .getResourceAsStream(point.type().replace('.', '/') + ".class")) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }
}
