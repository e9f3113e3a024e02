package dev.millrace.ledger.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultAgentTests {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(value = FaultPoint.class, mode = EnumSource.Mode.EXCLUDE, names = "AFTER_ACK_BEFORE_ANSWER")
    void putsEachPointIntoKafkasClients(FaultPoint point) throws IOException {
        byte[] instrumented = new FaultAgent()
                .transform(getClass().getClassLoader(), point.type().replace('.', '/'), null, null, bytes(point));

        assertThat(instrumented).isNotNull();
        assertThat(ClassFile.of().verify(instrumented)).isEmpty();
        var called = ClassFile.of().parse(instrumented).methods().stream()
                .filter(method -> method.code().stream()
                        .flatMap(code -> code.elementStream())
                        .anyMatch(element -> element instanceof InvokeInstruction call
                                && call.owner().asInternalName().matches("dev/millrace/ledger/agent/(Fault|Send)Hook")))
                .map(method -> method.methodName().stringValue());
        assertThat(called)
                .contains(point.method())
                .isSubsetOf(Arrays.stream(FaultPoint.values())
                        .filter(other -> other.type().equals(point.type()))
                        .map(FaultPoint::method)
                        .toList());
    }

    @Test
    void leavesOtherClassesAlone() {
        assertThat(new FaultAgent().transform(null, "java/lang/String", null, null, new byte[0]))
                .isNull();
    }

    @Test
    void haltsAnArmedProcessAtThePoint() throws Exception {
        var process = start();
        process.getInputStream().read();

        FaultHook.arm(folder, FaultPoint.AFTER_TRANSACTION_COMMIT, process.pid(), Order.HALT);
        go(process);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(FaultHook.STATUS);
    }

    @Test
    void letsAProcessThatIsNotArmedGoOn() throws Exception {
        var process = start();
        process.getInputStream().read();

        FaultHook.arm(folder, FaultPoint.AFTER_TRANSACTION_COMMIT, process.pid() + 1, Order.HALT);
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
            FaultHook.at(FaultPoint.AFTER_TRANSACTION_COMMIT.title());
            System.exit(type.getName().isEmpty() ? 1 : 0);
        }
    }

    private Process start() throws IOException {
        var jar = FaultAgent.writeJar(folder.resolve("agent.jar"));
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

    private static byte[] bytes(FaultPoint point) throws IOException {
        try (var in = FaultAgentTests.class
                .getClassLoader()
                .getResourceAsStream(point.type().replace('.', '/') + ".class")) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }
}
