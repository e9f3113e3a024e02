package dev.millrace.standalone.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/** Loads classes in the form that lies in its own jar, under {@value #FOLDER}, in place of the service's own. */
public final class MutantAgent implements ClassFileTransformer {
    static final String FOLDER = "mutant/";

    private MutantAgent() {}

    public static void premain(String unused, Instrumentation instrumentation) {
        instrumentation.addTransformer(new MutantAgent());
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (name == null || !name.startsWith("dev/millrace/")) {
            return null;
        }
        try (var in = ClassLoader.getSystemResourceAsStream(FOLDER + name + ".class")) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
