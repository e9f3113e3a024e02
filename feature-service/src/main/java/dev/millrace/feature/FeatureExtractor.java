package dev.millrace.feature;

import com.google.protobuf.ByteString;
import dev.millrace.cache.CacheKey;
import dev.millrace.contract.ErrorCode;
import dev.millrace.contract.Tensors;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.model.ModelExecutionException;
import dev.millrace.model.Priority;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import dev.millrace.model.mail.MailContent;
import dev.millrace.model.mail.MailFeatures;
import dev.millrace.model.mail.TextFaults;
import dev.millrace.pipeline.ContentKeys;
import dev.millrace.pipeline.Pipeline;
import dev.millrace.pipeline.PipelineCatalog;
import dev.millrace.stage.Outcome;
import dev.millrace.stage.PermanentFailureException;
import dev.millrace.stage.StageFunction;
import dev.millrace.stage.StageInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns uploads into the tensors that their pipeline's model takes: {@code embedding} of shape (E) and, if the pipeline
 * has engineered features, {@code features} of shape (F). Thread-safe.
 */
final class FeatureExtractor implements StageFunction<UploadReceived, FeaturesExtracted> {
    private final PipelineCatalog pipelines;
    private final Encoders encoders;
    private final ContentKeys keys;
    private final Set<String> bulk;

    /** @param bulk names of the pipelines whose texts yield to those of the others */
    FeatureExtractor(PipelineCatalog pipelines, Encoders encoders, ContentKeys keys, Set<String> bulk) {
        this.pipelines = pipelines;
        this.encoders = encoders;
        this.keys = keys;
        this.bulk = Set.copyOf(bulk);
    }

    /** A text on its way to the encoder, and the slot of the batch that its features go to. */
    private record Prepared(
            int slot,
            Pipeline pipeline,
            UploadReceived upload,
            MailContent mail,
            String text,
            TextEncoder.Request request) {
        TokenizedText tokens() {
            return request.text();
        }
    }

    @Override
    public List<Outcome<FeaturesExtracted>> apply(List<StageInput<UploadReceived>> batch) {
        var outcomes = new ArrayList<@Nullable Outcome<FeaturesExtracted>>();
        var byEncoder = new LinkedHashMap<CachedEncoder, List<Prepared>>();
        for (var input : batch) {
            try {
                var prepared = prepare(outcomes.size(), input);
                byEncoder
                        .computeIfAbsent(encoders.of(prepared.pipeline()), encoder -> new ArrayList<>())
                        .add(prepared);
                outcomes.add(null);
            } catch (PermanentFailureException e) {
                outcomes.add(new Outcome.Failed<>(e.code(), String.valueOf(e.getMessage())));
            }
        }
        byEncoder.forEach((encoder, texts) -> encode(encoder, texts, outcomes));
        return outcomes.stream().map(Objects::requireNonNull).toList();
    }

    private Prepared prepare(int slot, StageInput<UploadReceived> input) {
        String name = input.value().getPipeline();
        Pipeline pipeline = pipelines
                .find(name)
                .orElseThrow(() -> new PermanentFailureException(
                        ErrorCode.UNKNOWN_PIPELINE, "pipeline: '%s' (expected one of %s)".formatted(name, names())));
        MailContent mail = ContentReader.read(input.value());
        String text = mail.modelText();
        return new Prepared(
                slot,
                pipeline,
                input.value(),
                mail,
                text,
                new TextEncoder.Request(
                        encoders.of(pipeline).encoder().tokenize(text),
                        bulk.contains(name) ? Priority.BULK : Priority.INTERACTIVE,
                        input.headers().deadline()));
    }

    private void encode(
            CachedEncoder encoder, List<Prepared> texts, List<@Nullable Outcome<FeaturesExtracted>> outcomes) {
        var inputs = texts.stream()
                .map(text -> new CachedEncoder.Input(text.upload().getTenant(), text.request()))
                .toList();
        List<float[]> embeddings;
        try {
            embeddings = encoder.encode(inputs);
        } catch (ModelExecutionException e) {
            throw new PermanentFailureException(ErrorCode.MODEL_FAILED, String.valueOf(e.getMessage()));
        }
        for (int i = 0; i < embeddings.size(); i++) {
            outcomes.set(
                    texts.get(i).slot(),
                    outcome(encoder.encoder(), texts.get(i), embeddings.get(i), encoder.key(inputs.get(i))));
        }
    }

    private Outcome<FeaturesExtracted> outcome(TextEncoder encoder, Prepared text, float[] embedding, CacheKey key) {
        for (int i = 0; i < embedding.length; i++) {
            if (!Float.isFinite(embedding[i])) {
                return new Outcome.Failed<>(
                        ErrorCode.INVALID_MODEL_OUTPUT,
                        "embedding[%d]: %s (expected: finite)".formatted(i, embedding[i]));
            }
        }
        var faults = TextFaults.of(text.mail());
        var features = FeaturesExtracted.newBuilder()
                .setPipeline(text.pipeline().name())
                .setContentKey(contentKey(text))
                .setEncoder(encoder.modelReference())
                .addTensors(Tensors.of("embedding", embedding))
                .setTokenCount(text.tokens().tokenCount())
                .setTokenLimitCount(text.tokens().length())
                .setUnknownTokenCount(text.tokens().unknownCount())
                .setTextLength(text.text().length())
                .setGarbledCount(faults.garbled())
                .setTagCount(faults.tags())
                .setContentLength(text.upload().getContent().size())
                .setContentType(text.upload().getContentType())
                .setBodyLength(text.mail().text().length());
        if (!features.getContentKey().isEmpty()) {
            features.setEmbeddingKey(ByteString.copyFrom(key.bytes()));
        }
        if (text.pipeline().features() != null) {
            features.addTensors(Tensors.of("features", MailFeatures.extract(text.mail())))
                    .addAllFeatureNames(MailFeatures.NAMES);
        }
        return new Outcome.Value<>(features.build());
    }

    /** A key that this service would not have made itself, as while models are being changed, names no prediction of its. */
    private ByteString contentKey(Prepared text) {
        var upload = text.upload();
        if (upload.getContentKey().isEmpty()) {
            return ByteString.EMPTY;
        }
        var own = keys.key(
                text.pipeline(),
                upload.getTenant(),
                upload.getContentType(),
                upload.getCharset().isEmpty() ? "UTF-8" : upload.getCharset(),
                upload.getContent().asReadOnlyByteBuffer());
        var key = ByteString.copyFrom(own.bytes());
        return key.equals(upload.getContentKey()) ? key : ByteString.EMPTY;
    }

    private List<String> names() {
        return pipelines.all().stream().map(Pipeline::name).toList();
    }
}
