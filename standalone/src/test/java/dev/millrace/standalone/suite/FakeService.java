package dev.millrace.standalone.suite;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Stands in for a service where only starting and ending are looked at: answers 200 to everything on its ports. */
final class FakeService {
    private FakeService() {}

    public static void main(String[] arguments) throws IOException {
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

        public static void main(String[] arguments) {
            System.out.println(
                    "{\"log\":{\"level\":\"ERROR\",\"logger\":\"a.Main\"},\"message\":\"no model to serve\"}");
            System.exit(1);
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
        String entry = main.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest);
                var content = main.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            if (content != null) {
                content.transferTo(jar);
            }
            jar.closeEntry();
        }
    }
}
