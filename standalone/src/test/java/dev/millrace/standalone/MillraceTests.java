package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MillraceTests {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"status", "tail", "logs", "send mail.eml", "precompute pom.xml"})
    void saysThatNoSuiteIsRunning(String command) {
        assertThat(execute(command)).isEqualTo(Millrace.NOT_RUNNING);
    }

    @Test
    void isContentToEndASuiteThatDoesNotRun() {
        assertThat(execute("down")).isEqualTo(Millrace.OK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no-such-command",
                "status --no-such-option",
                "up --port-base 80",
                "send a.eml --url localhost:8080",
                "send a.eml --url http://",
                "eval --corpus . --url nobody",
                "tail --bootstrap-servers nonsense",
                "tail -n -1",
                "topics apply --bootstrap-servers http://localhost:9092",
                "topics apply --bootstrap-servers localhost:9092 --replicas 0",
                "logs -n -1",
                "ledger --fresh 101",
                "ledger --records 10 --faults 5 --rate 9",
                "ledger --brokers 2",
                "precompute",
                "precompute README.md --in-flight 0",
                "precompute README.md --url nonsense"
            })
    void refusesWhatItDoesNotUnderstand(String command) {
        assertThat(execute(command)).isEqualTo(2);
    }

    @Test
    void namesAFolderThatCannotBeOne() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "");

        assertThat(execute("up", "--data-dir", file.toString())).isEqualTo(Millrace.TO_BE_MENDED);
        assertThat(execute("up", "--data-dir", file.resolve("state").toString()))
                .isEqualTo(Millrace.TO_BE_MENDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"send /", "send no-such.eml", "send README.md"})
    void namesAFileThatCannotBeSent(String command) {
        assertThat(execute(command + " --url http://127.0.0.1:1")).isEqualTo(Millrace.TO_BE_MENDED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tail --bootstrap-servers no-such-host.invalid:9092",
                "topics apply --bootstrap-servers no-such-host.invalid:9092"
            })
    void saysThatKafkaDoesNotAnswer(String command) {
        assertThat(execute(command)).isEqualTo(Millrace.TO_BE_MENDED);
    }

    @Test
    void explainsEveryCommand() {
        var commandLine = Millrace.commandLine();

        assertThat(commandLine.getSubcommands().values()).allSatisfy(command -> assertThat(
                        command.getCommandSpec().usageMessage().description())
                .isNotEmpty());
    }

    @Test
    void takesTheOptionsOfASuiteBeforeAndAfterTheCommand() {
        assertThat(execute("--data-dir", folder.toString(), "status")).isEqualTo(Millrace.NOT_RUNNING);
        assertThat(execute("status", "--data-dir", folder.toString())).isEqualTo(Millrace.NOT_RUNNING);
    }

    private int execute(String line) {
        return execute((line + " --data-dir " + folder).split(" "));
    }

    private static int execute(String... arguments) {
        var silent = new PrintWriter(new StringWriter());
        return Millrace.commandLine().setErr(silent).setOut(silent).execute(arguments);
    }
}
