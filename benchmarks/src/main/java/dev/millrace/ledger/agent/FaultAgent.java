package dev.millrace.ledger.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Puts a call of {@link FaultHook} at every {@link FaultPoint}, and of {@link SendHook} where records are sent, in the
 * classes of a service as they are loaded. The service's own code has no such points.
 */
public final class FaultAgent implements ClassFileTransformer {
    private static final ClassDesc HOOK = ClassDesc.of("dev.millrace.ledger.agent.FaultHook");
    private static final MethodTypeDesc AT = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
    private static final ClassDesc SEND_HOOK = ClassDesc.of("dev.millrace.ledger.agent.SendHook");
    private static final ClassDesc FUTURE = ClassDesc.of("java.util.concurrent.Future");
    private static final String PRODUCER = "org.apache.kafka.clients.producer.";
    private static final MethodTypeDesc SEND =
            MethodTypeDesc.of(FUTURE, ClassDesc.of(PRODUCER + "ProducerRecord"), ClassDesc.of(PRODUCER + "Callback"));
    private static final MethodTypeDesc SEND_OF = SEND.insertParameterTypes(0, ClassDesc.of(PRODUCER + "Producer"));

    FaultAgent() {}

    /** @param folder of the files that arm points */
    public static void premain(String folder, Instrumentation instrumentation) {
        FaultHook.watch(folder);
        instrumentation.addTransformer(new FaultAgent());
    }

    /** Writes the agent's jar, for {@code -javaagent:<jar>=<folder>}. */
    public static Path writeJar(Path jar) {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", FaultAgent.class.getName());
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (var type : List.of(
                    FaultAgent.class,
                    AtBegin.class,
                    FaultHook.class,
                    FaultHook.Coins.class,
                    SendHook.class,
                    FaultPoint.class,
                    Order.class,
                    Order.Deed.class)) {
                add(type.getName().replace('.', '/') + ".class", out);
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(jar.toString(), e);
        }
    }

    private static void add(String name, JarOutputStream out) throws IOException {
        try (var in = FaultAgent.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing");
            }
            out.putNextEntry(new JarEntry(name));
            in.transferTo(out);
            out.closeEntry();
        }
    }

    /** The class with its points, or null if it has none. */
    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            @Nullable String name,
            @Nullable Class<?> redefined,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (name == null) {
            return null;
        }
        String type = name.replace('/', '.');
        byte[] changed = null;
        for (var point : FaultPoint.values()) {
            if (point.type().equals(type)) {
                changed = transform(loader, changed == null ? bytes : changed, at(point));
            }
        }
        return changed;
    }

    private static byte[] transform(@Nullable ClassLoader loader, byte[] bytes, ClassTransform transform) {
        var hierarchy = loader == null
                ? ClassHierarchyResolver.defaultResolver()
                : ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver());
        var file = ClassFile.of(ClassHierarchyResolverOption.of(hierarchy));
        return file.transformClass(file.parse(bytes), transform);
    }

    private static ClassTransform at(FaultPoint point) {
        CodeTransform code = point.atReturn()
                ? (builder, element) -> {
                    if (element instanceof ReturnInstruction) {
                        call(builder, point);
                    }
                    builder.with(element);
                }
                : CodeTransform.ofStateful(() -> new AtBegin(point));
        return ClassTransform.transformingMethodBodies(
                method -> method.methodName().equalsString(point.method())
                        // The other overload calls this one.
                        && (point != FaultPoint.BEFORE_SEND
                                || method.methodTypeSymbol().equals(SEND)),
                code);
    }

    private static final class AtBegin implements CodeTransform {
        private final FaultPoint point;
        private boolean begun;

        AtBegin(FaultPoint point) {
            this.point = point;
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (!begun) {
                begun = true;
                call(builder, point);
            }
            builder.with(element);
        }
    }

    private static void call(CodeBuilder builder, FaultPoint point) {
        if (point == FaultPoint.BEFORE_SEND) {
            builder.aload(0)
                    .aload(1)
                    .aload(2)
                    .invokestatic(SEND_HOOK, "send", SEND_OF)
                    .dup()
                    .ifThenElse(Opcode.IFNONNULL, CodeBuilder::areturn, CodeBuilder::pop);
            return;
        }
        builder.ldc(point.title()).invokestatic(HOOK, "at", AT);
    }
}
