package dev.millrace.standalone;

import dev.millrace.models.importing.ModelBuildException;
import dev.millrace.models.importing.ModelRepositoryBuilder;
import dev.millrace.standalone.suite.SuiteException;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Command;

@Command(name = "models", description = "Works with the models.", synopsisSubcommandLabel = "COMMAND")
final class ModelsCommand {
    @Command(
            name = "build",
            description =
                    "Builds the model repository that comes with Millrace, if it is not there yet, and prints its folder.")
    int build() {
        var console = Console.standard();
        console.print(build(console::error).toString());
        return Millrace.OK;
    }

    /** Builds the default repository if it is not there yet, and returns its folder. */
    static Path build(Consumer<String> progress) {
        try {
            return new ModelRepositoryBuilder(ModelRepositoryBuilder.defaultParent(), progress).build();
        } catch (ModelBuildException e) {
            throw new SuiteException(String.valueOf(e.getMessage()), "see above, then './millrace models build'");
        }
    }
}
