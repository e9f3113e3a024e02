package dev.millrace.standalone;

import dev.millrace.standalone.suite.Addresses;
import dev.millrace.standalone.suite.Installation;
import dev.millrace.standalone.suite.StateFolder;
import dev.millrace.standalone.suite.Suite;
import dev.millrace.standalone.suite.SuiteException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Starts a suite, and sees to it that nothing of it is left when this process ends. For {@code up} and {@code demo}. */
final class SuiteRunner {
    @Option(
            names = "--models",
            paramLabel = "DIR",
            description =
                    "Model repository to serve (default: the one that comes with Millrace, built if it is missing).")
    private @Nullable Path models;

    /** What to do with a suite that is ready. Returns an exit status. */
    interface Work {
        int with(Suite suite) throws Exception;
    }

    int run(Millrace millrace, Console console, Work work) throws Exception {
        return run(millrace.folder(), millrace.addresses(), Map.of(), console, work);
    }

    /** @param settings variables of the services' environment */
    int run(StateFolder folder, Addresses addresses, Map<String, String> settings, Console console, Work work)
            throws Exception {
        try (var progress = new StepPrinter(console);
                var suite = new Suite(Installation.find(), folder, addresses, progress, settings)) {
            Runtime.getRuntime().addShutdownHook(new Thread(suite::close, "stop"));
            try {
                suite.start(modelRepository(progress));
                progress.close();
                return work.with(suite);
            } catch (SuiteException e) {
                // Ctrl-C: what fails while everything is being stopped is nobody's news.
                if (suite.isClosing()) {
                    return Millrace.NOT_AS_ASKED;
                }
                throw e;
            }
        }
    }

    /** Waits until the user ends the suite, or a process of it ends by itself. */
    static int serve(Suite suite) {
        throw suite.failure().join();
    }

    private Callable<Path> modelRepository(StepPrinter progress) {
        if (models != null) {
            var given = models.toAbsolutePath();
            return () -> given;
        }
        return () -> ModelsCommand.build(progress::note);
    }
}
