package dev.millrace.models.importing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.millrace.model.ModelDescriptor;
import dev.millrace.model.ModelRepository;
import dev.millrace.model.ModelRepositoryException;
import dev.millrace.model.Precision;
import dev.millrace.model.StoredModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Builds the default model repository once, from the class path alone and without libtorch: all-MiniLM-L6-v2 as
 * TorchScript in fp32 and bf16, the trained heads and the pipelines. Safe to use by several threads and processes at
 * once, and after one of them was killed: a repository is made beside its place and moved there when it is whole.
 */
public final class ModelRepositoryBuilder {
    private static final String ENCODER = "all-MiniLM-L6-v2";
    private static final String ENCODER_VERSION = "1";

    /** As measured, see the encoder's card. */
    private static final ModelDescriptor.Quality BF16_QUALITY = new ModelDescriptor.Quality(0.99995, 0.9998, 0.99, 1);

    /** What a repository takes, with some room. */
    private static final long NEEDED_BYTES = 160L << 20;

    private static final String UNFINISHED = ".unfinished-";
    private static final Object LOCK = new Object();

    private final Path parent;
    private final Consumer<String> progress;

    /**
     * @param parent the folder that repositories are built in, each named by the digest of its sources
     * @param progress is told what goes on, a line at a time; nothing if the repository is there already
     */
    public ModelRepositoryBuilder(Path parent, Consumer<String> progress) {
        this.parent = parent.toAbsolutePath().normalize();
        this.progress = progress;
    }

    /** {@code millrace/models} in the user's cache folder: {@code $XDG_CACHE_HOME}, else {@code ~/.cache}. */
    public static Path defaultParent() {
        return defaultParent(System.getenv(), requireNonNull(System.getProperty("user.home")));
    }

    static Path defaultParent(Map<String, String> environment, String home) {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        // The XDG specification says to ignore a relative path.
        Path folder = cache.startsWith("/") ? Path.of(cache) : Path.of(home, ".cache");
        return folder.resolve("millrace").resolve("models");
    }

    /**
     * Builds the repository if it is not there yet, or not as it was built.
     *
     * @return its folder
     * @throws ModelBuildException if it cannot be built
     */
    public Path build() {
        try {
            Path repository = parent.resolve(RepositorySources.digest());
            if (isWhole(repository)) {
                return repository;
            }
            Files.createDirectories(parent);
            synchronized (LOCK) {
                try (var channel = FileChannel.open(
                                parent.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        var lock = channel.lock()) {
                    // Whoever held the lock before may have built it.
                    if (!isWhole(repository)) {
                        removeUnfinished();
                        if (Files.isDirectory(repository)) {
                            progress.accept("The model repository in %s is damaged".formatted(repository));
                            Files.move(repository, parent.resolve(UNFINISHED + "damaged"));
                            removeUnfinished();
                        }
                        buildAt(repository);
                    }
                    return repository;
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ModelBuildException(
                    ("model repository: cannot be built in '%s' (%s); make that folder writable, or set XDG_CACHE_HOME "
                                    + "to one that is")
                            .formatted(parent, e),
                    e);
        }
    }

    /** Whether every file is as it was built. Reads all of them, in a fraction of the time that building takes. */
    static boolean isWhole(Path repository) throws IOException {
        for (var file : RepositorySources.bundled().entrySet()) {
            Path copy = repository.resolve(file.getKey());
            if (!Files.isRegularFile(copy) || !Arrays.equals(Files.readAllBytes(copy), file.getValue())) {
                return false;
            }
        }
        try {
            ModelRepository.open(repository).model(ENCODER, ENCODER_VERSION);
            return true;
        } catch (ModelRepositoryException e) {
            return false;
        }
    }

    private void buildAt(Path repository) throws IOException {
        long free = Files.getFileStore(parent).getUsableSpace();
        if (free < NEEDED_BYTES) {
            throw new ModelBuildException(
                    "model repository: '%s' has %d MiB left (expected: %d MiB); free some, or set XDG_CACHE_HOME to a folder with more room"
                            .formatted(parent, free >> 20, NEEDED_BYTES >> 20));
        }
        long begun = System.nanoTime();
        progress.accept("Building the model repository in %s (once)".formatted(repository));
        Path unfinished = Files.createDirectory(
                parent.resolve(UNFINISHED + ProcessHandle.current().pid()));
        buildEncoder(unfinished.resolve(ENCODER).resolve(ENCODER_VERSION));
        for (var file : RepositorySources.bundled().entrySet()) {
            Path target = unfinished.resolve(file.getKey());
            Files.createDirectories(requireNonNull(target.getParent()));
            Files.write(target, file.getValue());
        }
        forceAll(unfinished);
        Files.move(unfinished, repository, StandardCopyOption.ATOMIC_MOVE);
        progress.accept("Built the model repository in %.1f s".formatted((System.nanoTime() - begun) / 1e9));
    }

    private void buildEncoder(Path folder) throws IOException {
        Files.createDirectories(folder);
        progress.accept("Reading the weights of " + ENCODER);
        var importer = new EncoderImporter(OnnxWeights.read(RepositorySources.onnx()));
        String code = new String(RepositorySources.own(RepositorySources.ENCODER_CODE), UTF_8);
        progress.accept("Writing %s as TorchScript, fp32".formatted(ENCODER));
        importer.fp32(code).writeTo(folder.resolve("model-fp32.pt"));
        progress.accept("Writing %s as TorchScript, bf16".formatted(ENCODER));
        importer.bf16(code).writeTo(folder.resolve("model-bf16.pt"));
        byte[] tokenizer = RepositorySources.tokenizer();
        Files.write(folder.resolve("tokenizer.json"), tokenizer);
        Files.write(folder.resolve("CARD.md"), RepositorySources.own(RepositorySources.ENCODER_CARD));
        var vocabulary =
                JsonMapper.shared().readTree(tokenizer).required("model").required("vocab");
        StoredModel.seal(
                folder,
                new ModelDescriptor(
                        ENCODER,
                        ENCODER_VERSION,
                        "Sentence embeddings of English text.",
                        new ModelDescriptor.Encoder(
                                EncoderImporter.WIDTH,
                                EncoderImporter.MAX_TOKENS,
                                "tokenizer.json",
                                vocabulary.required("[PAD]").asLong(),
                                vocabulary.required("[UNK]").asLong(),
                                Map.of(Precision.BF16, BF16_QUALITY)),
                        null,
                        Map.of(Precision.FP32, "model-fp32.pt", Precision.BF16, "model-bf16.pt"),
                        new TreeMap<>()));
    }

    /** What runs that were killed have left behind. */
    private void removeUnfinished() throws IOException {
        try (var leftovers = Files.newDirectoryStream(parent, UNFINISHED + "*")) {
            for (Path leftover : leftovers) {
                try (Stream<Path> files = Files.walk(leftover)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    /** Puts the files on disk, so that a power cut after the move does not leave empty ones. */
    private static void forceAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }
}
