package dev.millrace.standalone;

import dev.millrace.standalone.suite.SuiteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "send", description = "Posts files as uploads (.eml: an e-mail, .txt: text), and prints their ids.")
final class SendCommand implements Callable<Integer> {
    @ParentCommand
    private Millrace millrace;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "What to post.")
    private List<Path> files;

    @Option(
            names = "--pipeline",
            paramLabel = "P",
            defaultValue = "spam",
            description = "The pipeline (default: ${DEFAULT-VALUE}).")
    private String pipeline;

    @Option(names = "--wait", description = "Waits up to 30 s for each result, and prints it as JSON.")
    private boolean wait;

    @Mixin
    private CollectorAddress collector;

    @Override
    public Integer call() {
        var console = Console.standard();
        String api = collector.of(millrace);
        boolean complete = true;
        try (var client = new UploadClient(api)) {
            for (var file : files) {
                String contentType = UploadClient.contentType(file.toString());
                var accepted = client.post(read(file), contentType, pipeline, wait);
                if (wait && accepted.done()) {
                    console.print(accepted.body());
                } else {
                    console.print("%s  %s  %s", accepted.id(), accepted.location(), file);
                    complete &= !wait;
                }
            }
        }
        return complete ? Millrace.OK : Millrace.NOT_AS_ASKED;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new SuiteException("%s cannot be read: %s".formatted(file, e), "name a file that you may read");
        }
    }
}
