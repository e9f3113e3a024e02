package dev.millrace.models.importing;

import java.nio.file.Path;

/** Builds the default model repository and prints its folder: {@code BuildModelRepository [PARENT-FOLDER]}. */
public final class BuildModelRepository {
    private BuildModelRepository() {}

    public static void main(String[] arguments) {
        Path parent = arguments.length > 0 ? Path.of(arguments[0]) : ModelRepositoryBuilder.defaultParent();
        try {
            System.out.println(new ModelRepositoryBuilder(parent, System.err::println).build());
        } catch (ModelBuildException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
