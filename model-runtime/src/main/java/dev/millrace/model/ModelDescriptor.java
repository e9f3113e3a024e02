package dev.millrace.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code model.yaml} says of one version of a model. It is either an encoder or a classifier.
 *
 * @param name letters, digits, dots, dashes and underscores, at most 64; the folder's name
 * @param version likewise; the name of the folder below it
 * @param description one sentence
 * @param encoder how text goes in, or null for a classifier
 * @param classifier which tensors go in and which labels come out, or null for an encoder
 * @param weights the TorchScript file of each precision on offer, at least one
 * @param files lower-case hexadecimal SHA-256 of every file of the model but {@code model.yaml}
 */
public record ModelDescriptor(
        String name,
        String version,
        String description,
        @Nullable Encoder encoder,
        @Nullable Classifier classifier,
        Map<Precision, String> weights,
        SortedMap<String, String> files) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ModelDescriptor {
        requireName("name", name);
        requireName("version", version);
        if ((encoder == null) == (classifier == null)) {
            throw new IllegalArgumentException(
                    "encoder, classifier: %s (expected: one of the two)".formatted(encoder == null ? "none" : "both"));
        }
        weights = Map.copyOf(weights);
        if (weights.isEmpty()) {
            throw new IllegalArgumentException("weights: {} (expected: a file for at least one precision)");
        }
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        files.forEach((file, digest) -> {
            requireName("files", file);
            if (!SHA256.matcher(digest).matches()) {
                throw new IllegalArgumentException(
                        "files.%s: '%s' (expected: a SHA-256 in lower-case hexadecimal)".formatted(file, digest));
            }
        });
        var used = Stream.concat(
                weights.values().stream(), Stream.ofNullable(encoder).map(Encoder::tokenizer));
        for (String file : used.toList()) {
            requireName("weights, tokenizer", file);
        }
    }

    /**
     * A model that turns text into an embedding.
     *
     * @param embeddingSize E, elements of an embedding, 1 to 65,536
     * @param maxTokens tokens a text may have, the special ones included, 3 to 65,536
     * @param tokenizer the tokenizer's file, in the form of Hugging Face's {@code tokenizer.json}
     * @param paddingTokenId what a text is padded with
     * @param unknownTokenId what stands for words that the vocabulary does not know
     * @param quality of the precisions other than fp32; one that is not named is never chosen unless it is forced
     */
    public record Encoder(
            int embeddingSize,
            int maxTokens,
            String tokenizer,
            long paddingTokenId,
            long unknownTokenId,

            @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
            Map<Precision, Quality> quality) {
        public Encoder {
            quality = Map.copyOf(quality);
            requireRange("encoder.embedding-size", embeddingSize, 1);
            requireRange("encoder.max-tokens", maxTokens, 3);
        }
    }

    /**
     * What a precision's embeddings are worth, compared with fp32's of the same texts. Each from 0 to 1.
     *
     * @param medianCosine of a text's two embeddings
     * @param worstCosine of all texts
     * @param neighbours part of the texts whose nearest neighbour is the same text
     * @param labels part of the texts that the model's classifiers label alike
     */
    public record Quality(double medianCosine, double worstCosine, double neighbours, double labels) {
        private static final Quality LEAST = new Quality(0.995, 0.98, 0.97, 0.995);

        public Quality {
            for (double part : new double[] {medianCosine, worstCosine, neighbours, labels}) {
                if (!(part >= 0 && part <= 1)) {
                    throw new IllegalArgumentException("encoder.quality: %s (expected: 0 to 1)".formatted(part));
                }
            }
        }

        /** Whether it may take fp32's place. */
        boolean isGood() {
            return medianCosine >= LEAST.medianCosine
                    && worstCosine >= LEAST.worstCosine
                    && neighbours >= LEAST.neighbours
                    && labels >= LEAST.labels;
        }
    }

    /**
     * A model that turns named vectors into the probabilities of labels.
     *
     * @param inputs in the order in which the model takes them
     * @param labels in the order of the model's output, two or more
     */
    public record Classifier(List<Input> inputs, List<String> labels) {
        public Classifier {
            inputs = List.copyOf(inputs);
            labels = List.copyOf(labels);
            if (inputs.isEmpty() || inputs.stream().map(Input::name).distinct().count() < inputs.size()) {
                throw new IllegalArgumentException(
                        "classifier.inputs: %s (expected: at least one, of different names)".formatted(inputs));
            }
            if (labels.size() < 2 || new HashSet<>(labels).size() < labels.size()) {
                throw new IllegalArgumentException(
                        "classifier.labels: %s (expected: at least two, all different)".formatted(labels));
            }
        }
    }

    /**
     * A vector that a classifier takes.
     *
     * @param name {@code embedding} or {@code features}
     * @param size elements, 1 to 65,536
     */
    public record Input(String name, int size) {
        public Input {
            Objects.requireNonNull(name, "name");
            requireRange("classifier.inputs." + name + ".size", size, 1);
        }
    }

    ModelDescriptor withFiles(SortedMap<String, String> digests) {
        return new ModelDescriptor(name, version, description, encoder, classifier, weights, digests);
    }

    /** Whether a model, a version or a file may be called this; none that may leads out of its folder. */
    static boolean isName(@Nullable String text) {
        return text != null && NAME.matcher(text).matches();
    }

    private static void requireName(String field, @Nullable String value) {
        if (!isName(value)) {
            throw new IllegalArgumentException(
                    "%s: '%s' (expected: letters, digits, dots, dashes, underscores)".formatted(field, value));
        }
    }

    private static void requireRange(String field, int value, int least) {
        if (value < least || value > 65_536) {
            throw new IllegalArgumentException("%s: %d (expected: %d to 65536)".formatted(field, value, least));
        }
    }
}
