package dev.millrace.monitoring.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.contract.Headers;
import dev.millrace.contract.OutcomeKind;
import dev.millrace.contract.Topics;
import dev.millrace.contract.v1.ElementType;
import dev.millrace.contract.v1.FeaturesExtracted;
import dev.millrace.contract.v1.OutcomeFailed;
import dev.millrace.contract.v1.OutcomeKnown;
import dev.millrace.contract.v1.PredictionMade;
import dev.millrace.contract.v1.Tensor;
import dev.millrace.drift.profile.EmbeddingProfile;
import dev.millrace.drift.profile.Profile;
import dev.millrace.drift.profile.SeriesProfile;
import dev.millrace.drift.window.DriftReport;
import dev.millrace.drift.window.Fault;
import dev.millrace.drift.window.FaultReport;
import dev.millrace.drift.window.Judge;
import dev.millrace.drift.window.SeriesReport;
import dev.millrace.pipeline.Pipeline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records with each fault, as the topics carry them: in one window of 500, every twentieth has it. */
class FaultyRecordsTests {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final int ROWS = 500;
    private static final Pipeline PIPELINE = new Pipeline(
            "spam",
            "Tells unwanted mail from wanted mail.",
            List.of("message/rfc822", "text/plain"),
            1 << 20,
            Duration.ofMinutes(10),
            "mail",
            new Pipeline.Encoder("all-MiniLM-L6-v2", "1", 256),
            "mail-v1",
            new Pipeline.Model("spam", "2"),
            "spam",
            0.5);

    private final SplittableRandom random = new SplittableRandom(4);
    private final Profile profile = new Profile(
            List.of(
                    SeriesProfile.of(
                            "density", random.doubles(3000).map(x -> 0.1 + x).toArray()),
                    SeriesProfile.of(
                            "text_length",
                            random.ints(3000, 20, 8000).asDoubleStream().toArray()),
                    SeriesProfile.of("score", random.doubles(3000).toArray()),
                    SeriesProfile.of(
                            "label", random.ints(3000, 0, 2).asDoubleStream().toArray())),
            EmbeddingProfile.of(IntStream.range(0, 300)
                    .boxed()
                    .collect(Collectors.toMap(
                            _ -> new UUID(random.nextLong(), random.nextLong()), _ -> embedding(random)))));

    /** How one upload's record of features is spoiled. */
    private interface Spoiler {
        void spoil(Upload upload);
    }

    /** An upload on the two topics. */
    private static final class Upload {
        private final FeaturesExtracted.Builder features;
        private final PredictionMade.Builder prediction;
        private float[] embedding;
        private float density;
        private Instant accepted = START.plusSeconds(10);
        private Instant recorded = START.plusSeconds(11);
        private OutcomeKind kind = OutcomeKind.VALUE;
        private byte @Nullable [] outcome;

        Upload(SplittableRandom random) {
            int length = random.nextInt(20, 8000);
            density = (float) (0.1 + random.nextDouble());
            embedding = embedding(random);
            features = FeaturesExtracted.newBuilder()
                    .setPipeline("spam")
                    .setTextLength(length)
                    .setBodyLength(length + random.nextInt(200))
                    .setTokenCount(length / 5)
                    .addFeatureNames("density")
                    .setContentLength(length + random.nextInt(500, 2000))
                    .setContentType("message/rfc822")
                    .setContentKey(ByteString.copyFrom(
                            ByteBuffer.allocate(32).putLong(random.nextLong()).array()));
            prediction = PredictionMade.newBuilder()
                    .setPipeline("spam")
                    .addAllLabels(List.of("ham", "spam"))
                    .addProbabilities(0.5)
                    .addProbabilities(random.nextDouble());
            prediction.getModelBuilder().setName("spam").setVersion("2");
        }

        byte[] body() {
            if (outcome != null) {
                return outcome;
            }
            if (features.getTensorsCount() == 0) {
                features.addTensors(tensor("embedding", embedding)).addTensors(tensor("features", density));
            }
            return features.build().toByteArray();
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                arguments(Fault.NULLS, upload -> upload.density = Float.NaN),
                arguments(
                        Fault.NULLS,
                        upload -> upload.features.clearFeatureNames().addFeatureNames("other")),
                arguments(Fault.TYPE_FLIP, upload -> upload.features
                        .addTensors(tensor("embedding", upload.embedding))
                        .addTensors(tensor("features", 1).toBuilder().setElementType(ElementType.INT64))),
                arguments(Fault.UNIT_CHANGE, upload -> upload.density *= 1000),
                arguments(Fault.TRUNCATION, upload -> upload.features.setBodyLength(255)),
                arguments(Fault.TRUNCATION, upload -> upload.features.setContentLength(4096)),
                arguments(
                        Fault.DUPLICATES,
                        upload -> upload.features.setContentKey(
                                ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))),
                arguments(Fault.DUPLICATES, upload -> {
                    upload.features.clearContentKey();
                    upload.density = 0.7f;
                    upload.embedding = new float[] {1, 2, 3};
                    upload.features.setTextLength(700).setBodyLength(710).setContentLength(1700);
                }),
                arguments(Fault.DUPLICATES, upload -> {
                    upload.kind = OutcomeKind.KNOWN;
                    upload.outcome = OutcomeKnown.newBuilder()
                            .setPrediction(upload.prediction)
                            .setContentKey(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}))
                            .build()
                            .toByteArray();
                }),
                arguments(Fault.MOJIBAKE, upload -> upload.features.setGarbledCount(3)),
                arguments(Fault.EMPTY_TEXT, upload -> upload.features.setTextLength(0)),
                arguments(Fault.HTML_IN_TEXT, upload -> upload.features.setTagCount(2)),
                arguments(Fault.TIMESTAMP_SKEW, upload -> upload.accepted = START.minus(Duration.ofHours(3))),
                arguments(Fault.TIMESTAMP_SKEW, upload -> upload.accepted = START.plus(Duration.ofHours(3))),
                arguments(Fault.TIMESTAMP_SKEW, upload -> upload.accepted = START.plusSeconds(60)),
                arguments(Fault.UNKNOWN_CATEGORY, upload -> upload.features.setContentType("email")),
                arguments(Fault.UNKNOWN_CATEGORY, upload -> upload.prediction.setLabels(1, "SPAM")),
                arguments(Fault.CONSTANT_COLUMN, upload -> upload.density = 0.54321f),
                arguments(Fault.INVALID_EMBEDDING, upload -> upload.embedding[1] = Float.NaN),
                // More than half precision can hold.
                arguments(Fault.INVALID_EMBEDDING, upload -> upload.embedding[1] = 70_000),
                arguments(Fault.OTHER_DIMENSION, upload -> upload.embedding = new float[] {upload.density, 0.5f}),
                // No whole elements.
                arguments(Fault.OTHER_DIMENSION, upload -> upload.features
                        .addTensors(tensor("embedding").toBuilder()
                                .setData(upload.features.getContentKey().substring(0, 13)))
                        .addTensors(tensor("features", upload.density))),
                arguments(Fault.INVALID_EMBEDDING, upload -> {
                    upload.kind = OutcomeKind.FAILED;
                    upload.outcome = OutcomeFailed.newBuilder()
                            .setCode("INVALID_MODEL_OUTPUT")
                            .setDetail("embedding[3]: NaN (expected: finite)")
                            .setStage("feature")
                            .build()
                            .toByteArray();
                }));
    }

    private static float[] embedding(SplittableRandom random) {
        return new float[] {(float) random.nextGaussian(), (float) random.nextGaussian(), (float) random.nextGaussian()
        };
    }

    private static Arguments arguments(Fault fault, Spoiler spoiler) {
        return Arguments.of(fault, spoiler);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void areNamed(Fault fault, Spoiler spoiler) throws Exception {
        var uploads = IntStream.range(0, ROWS).mapToObj(_ -> new Upload(random)).toList();
        for (int i = 0; i < ROWS; i += 20) {
            spoiler.spoil(uploads.get(i));
        }

        assertThat(named(uploads)).extracting(FaultReport::fault).containsExactly(fault);
    }

    @Test
    void areNotNamedWhereThereAreNone() throws Exception {
        var uploads = IntStream.range(0, ROWS).mapToObj(_ -> new Upload(random)).toList();

        assertThat(named(uploads)).isEmpty();
    }

    @Test
    void leaveTheEmbeddingsOfTheOthersToBeJudged() throws Exception {
        var uploads = IntStream.range(0, ROWS).mapToObj(_ -> new Upload(random)).toList();
        for (int i = 0; i < ROWS; i += 20) {
            uploads.get(i).embedding = i % 40 == 0 ? new float[4] : new float[] {1, Float.NaN, 1};
        }

        var embedding = report(uploads).series().getLast();

        assertThat(embedding.series()).isEqualTo("embedding");
        assertThat(embedding.state()).isEqualTo(SeriesReport.State.STABLE);
        assertThat(embedding.rows()).isEqualTo(475);
        assertThat(embedding.invalid()).isEqualTo(25);
    }

    @Test
    void areToldFromEmbeddingsThatDrifted() throws Exception {
        var uploads = IntStream.range(0, ROWS).mapToObj(_ -> new Upload(random)).toList();
        uploads.forEach(upload -> upload.embedding[2] += 1);

        var report = report(uploads);

        assertThat(report.faults()).isEmpty();
        assertThat(report.drifted()).extracting(SeriesReport::series).containsExactly("embedding");
    }

    @Test
    void areToldFromLabelsThatDrifted() throws Exception {
        var uploads = IntStream.range(0, ROWS).mapToObj(_ -> new Upload(random)).toList();
        uploads.forEach(upload -> upload.prediction.setProbabilities(1, 0.4 + 0.6 * random.nextDouble()));

        var report = report(uploads);

        assertThat(report.faults()).isEmpty();
        assertThat(report.drifted()).extracting(SeriesReport::series).containsExactlyInAnyOrder("score", "label");
        assertThat(report.series().get(3).rows()).isEqualTo(ROWS);
    }

    private List<FaultReport> named(List<Upload> uploads) throws Exception {
        return report(uploads).faults();
    }

    private DriftReport report(List<Upload> uploads) throws Exception {
        var decoder = new RowDecoder(List.of(PIPELINE));
        var windows = new LaneWindows(LENGTH, Duration.ofMinutes(10), START.minus(LENGTH));
        for (int i = 0; i < uploads.size(); i++) {
            var upload = uploads.get(i);
            var id = new UUID(random.nextLong(), random.nextLong());
            row(decoder, sourced(Topics.FEATURES, i, id, upload, upload.kind, upload.body()))
                    .ifPresent(row -> windows.add(row, row.origin().offset(), profile));
            row(
                            decoder,
                            sourced(
                                    Topics.PREDICTIONS,
                                    i,
                                    id,
                                    upload,
                                    OutcomeKind.VALUE,
                                    upload.prediction.build().toByteArray()))
                    .ifPresent(row -> windows.add(row, row.origin().offset(), profile));
        }
        var window = windows.partials(Instant.MAX).stream()
                .filter(partial -> partial.start().equals(START))
                .findFirst()
                .orElseThrow();
        return new Judge(200, 1e-5).report("spam/2", START, START.plus(LENGTH), window.counts());
    }

    private static Optional<Row> row(RowDecoder decoder, ConsumerRecord<byte[], byte @Nullable []> source)
            throws Exception {
        return decoder.decode(source);
    }

    private static ConsumerRecord<byte[], byte @Nullable []> sourced(
            String topic, int number, UUID id, Upload upload, OutcomeKind kind, byte[] body) {
        var headers = new RecordHeaders();
        Headers.set(headers, Headers.UPLOAD_ID, id.toString());
        Headers.set(headers, Headers.PIPELINE, "spam");
        Headers.set(headers, Headers.ORIGIN, "topic:0:" + number);
        Headers.set(headers, Headers.ACCEPTED_AT, Long.toString(upload.accepted.toEpochMilli()));
        if (kind != OutcomeKind.VALUE) {
            Headers.set(headers, Headers.OUTCOME, kind.header());
        }
        return new ConsumerRecord<>(
                topic,
                0,
                number,
                upload.recorded.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                body.length,
                new byte[0],
                body,
                headers,
                Optional.empty());
    }

    private static Tensor tensor(String name, float... values) {
        var data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return Tensor.newBuilder()
                .setName(name)
                .setElementType(ElementType.FLOAT32)
                .addShape(values.length)
                .setData(ByteString.copyFrom(data.array()))
                .build();
    }
}
