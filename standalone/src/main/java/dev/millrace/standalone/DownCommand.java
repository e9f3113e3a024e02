package dev.millrace.standalone;

import dev.millrace.standalone.suite.LeftOver;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "down", description = "Ends the suite, however it was started.")
final class DownCommand implements Callable<Integer> {
    @ParentCommand
    private Millrace millrace;

    @Option(names = "--purge", description = "Deletes what it has in its folder too: every upload, result and log.")
    private boolean purge;

    @Override
    public Integer call() {
        var console = Console.standard();
        var folder = millrace.folder();
        var ended = LeftOver.end(folder, purge);
        console.print(ended.wasRunning() ? "The suite has ended." : "No suite was running in " + folder.path() + ".");
        if (purge) {
            console.print(
                    ended.folderGone() ? "Deleted %s." : "Deleted all of the suite in %s; what else is there stays.",
                    folder.path());
        }
        return Millrace.OK;
    }
}
