package dev.millrace.standalone;

import dev.millrace.sandbox.RedisProcess;
import dev.millrace.standalone.suite.Explanation;
import dev.millrace.standalone.suite.Installation;
import dev.millrace.standalone.suite.Preflight;
import dev.millrace.standalone.suite.Service;
import dev.millrace.standalone.suite.SuiteException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "doctor",
        description = "Checks this machine for all that the suite needs, and says how to mend what is missing.")
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private Millrace millrace;

    private interface Check {
        /** @return what was found */
        String run();
    }

    @Override
    public Integer call() {
        var console = Console.standard();
        var folder = millrace.folder();
        boolean running = folder.read().map(state -> !state.running().isEmpty()).orElse(false);
        boolean well =
                check(console, "jdk", () -> "%s in %s".formatted(Runtime.version(), System.getProperty("java.home")));
        well &= check(console, "build", DoctorCommand::findJars);
        well &= check(console, "memory", Preflight::checkMemory);
        well &= check(console, "disk", () -> {
            Preflight.checkDisk(folder.path());
            Preflight.checkDisk(Path.of(System.getProperty("user.home")));
            return "enough beside " + folder.path();
        });
        well &= check(
                console, "redis", () -> RedisProcess.describe(folder.path().resolve("redis")));
        well &= check(console, "ports", () -> {
            if (running) {
                return "not looked at: a suite is running in " + folder.path();
            }
            Preflight.checkPorts(millrace.addresses());
            return "free";
        });
        well &= check(console, "browser", () -> describeBrowser(System.getenv().getOrDefault("PATH", "")));
        return well ? Millrace.OK : Millrace.TO_BE_MENDED;
    }

    /** The suite itself needs none, so one that is missing is no fault. */
    static String describeBrowser(String path) {
        var missing = Stream.of("chromium", "chromedriver")
                .filter(name -> Stream.of(path.split(File.pathSeparator))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, name))))
                .toList();
        return missing.isEmpty()
                ? "chromium and chromedriver, for mvn verify"
                : "no %s; only mvn verify needs it: apt-get install chromium chromium-driver"
                        .formatted(String.join(", no ", missing));
    }

    private static String findJars() {
        for (var service : Service.values()) {
            Installation.find().jar(service);
        }
        return "five services in " + Installation.find().root();
    }

    private boolean check(Console console, String name, Check check) {
        try {
            console.print("  %s  %-8s %s", console.green("ok"), name, check.run());
            return true;
        } catch (SuiteException | dev.millrace.sandbox.ProcessFailedException e) {
            console.print("  %s  %-8s", console.red("--"), name);
            console.failure(Explanation.of(e, millrace.folder().path()));
            return false;
        }
    }
}
