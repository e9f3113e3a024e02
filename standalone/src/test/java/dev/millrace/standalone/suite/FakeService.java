package dev.millrace.standalone.suite;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Stands in for a service where only starting and ending are looked at: answers 200 to everything on its ports. */
final class FakeService {
    private FakeService() {}

    public static void main(String[] arguments) throws IOException {
        if (Tools.asked(arguments)) {
            return;
        }
        serve("SERVER_PORT");
        serve("MANAGEMENT_SERVER_PORT");
    }

    private static void serve(String variable) throws IOException {
        var port = System.getenv(variable);
        if (port != null) {
            var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(port)), 0);
            server.createContext("/", exchange -> {
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
        }
    }

    /** A service that ends at once, and says why. */
    static final class Failing {
        private Failing() {}

        public static void main(String[] arguments) throws IOException {
            if (Tools.asked(arguments)) {
                return;
            }
            System.out.println(
                    "{\"log\":{\"level\":\"ERROR\",\"logger\":\"a.Main\"},\"message\":\"no model to serve\"}");
            System.exit(1);
        }
    }

    /** A jar that cannot be unpacked. */
    static final class NoJar {
        private NoJar() {}

        public static void main(String[] arguments) {
            System.exit(1);
        }
    }

    /** The part of {@code -Djarmode=tools} that a launcher uses. */
    private static final class Tools {
        static boolean asked(String[] arguments) throws IOException {
            if (System.getProperty("jarmode") == null) {
                return false;
            }
            var jar = Path.of(System.getProperty("java.class.path"));
            var folder = Path.of(arguments[List.of(arguments).indexOf("--destination") + 1]);
            Files.copy(jar, folder.resolve(jar.getFileName()));
            return true;
        }
    }

    /** Lays out a folder as the build does, with a jar of {@code main} for each service. */
    static Installation install(Path root, Class<?> main) throws IOException {
        for (var service : Service.values()) {
            var target = Files.createDirectories(root.resolve(service.module()).resolve("target"));
            jar(target.resolve(service.module() + "-1-app.jar"), main);
        }
        return new Installation(root);
    }

    private static void jar(Path file, Class<?> main) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, main.getName());
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            for (var type : List.of(main, Tools.class)) {
                String entry = type.getName().replace('.', '/') + ".class";
                jar.putNextEntry(new JarEntry(entry));
                try (var content = requireNonNull(type.getClassLoader().getResourceAsStream(entry))) {
                    content.transferTo(jar);
                }
                jar.closeEntry();
            }
        }
    }
}
