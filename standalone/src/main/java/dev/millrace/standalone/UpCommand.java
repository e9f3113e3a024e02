package dev.millrace.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "up", description = "Starts Kafka, Redis and the five services, and stays until Ctrl-C.")
final class UpCommand implements Callable<Integer> {
    @ParentCommand
    private Millrace millrace;

    @Mixin
    private SuiteRunner runner;

    @Option(names = "--detach", description = "Returns as soon as the suite is ready; './millrace down' ends it.")
    private boolean detach;

    @Override
    public Integer call() throws Exception {
        var console = Console.standard();
        return runner.run(millrace, console, suite -> {
            new Directions(console).print(suite.addresses(), suite.folder().path());
            if (detach) {
                suite.detach();
                console.print("\nIt runs until './millrace down'.");
                return Millrace.OK;
            }
            console.print("\nCtrl-C ends it.");
            return SuiteRunner.serve(suite);
        });
    }
}
