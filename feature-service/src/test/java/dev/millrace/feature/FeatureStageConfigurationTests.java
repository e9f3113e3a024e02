package dev.millrace.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.v1.UploadReceived;
import dev.millrace.pipeline.PipelineCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureStageConfigurationTests {
    private final byte[] body = UploadReceived.newBuilder()
            .setPipeline("spam")
            .setContent(ByteString.copyFrom(new byte[1000]))
            .build()
            .toByteArray();

    @Test
    void refusesABulkPipelineThatDoesNotExist(@TempDir Path repository) throws IOException {
        Files.writeString(
                Files.createDirectories(repository.resolve("pipelines")).resolve("spam.yaml"), """
                name: spam
                description: Tells unwanted mail from wanted mail.
                content-types: [text/plain]
                max-content-bytes: 1024
                deadline: 10m
                parser: mail
                encoder: { name: encoder, version: "1", max-tokens: 256 }
                features: ~
                model: { name: spam, version: "2" }
                positive-label: spam
                threshold: 0.5
                """);
        var pipelines = PipelineCatalog.load(repository);

        assertThat(FeatureStageConfiguration.bulkPipelines(new FeatureProperties("auto", 2, Set.of("spam")), pipelines))
                .containsExactly("spam");
        assertThatIllegalStateException()
                .isThrownBy(() -> FeatureStageConfiguration.bulkPipelines(
                        new FeatureProperties("auto", 2, Set.of("span")), pipelines))
                .withMessage("millrace.feature.bulk-pipelines: 'span' (expected: names out of [spam])");
    }

    @Test
    void readsAnUploadWithoutCopyingItsContent() throws IOException {
        var upload = FeatureStageConfiguration.decode(body);
        assertThat(upload).isEqualTo(UploadReceived.parseFrom(body));

        Arrays.fill(body, (byte) 7);

        assertThat(upload.getContent()).isEqualTo(ByteString.copyFrom(Arrays.copyOf(body, 1000)));
    }

    @Test
    void refusesABodyThatIsCutOrGoesOn() {
        assertThatExceptionOfType(InvalidProtocolBufferException.class)
                .isThrownBy(() -> FeatureStageConfiguration.decode(Arrays.copyOf(body, 999)));
        byte[] endOfGroup = Arrays.copyOf(body, body.length + 1);
        endOfGroup[body.length] = 12;
        assertThatExceptionOfType(InvalidProtocolBufferException.class)
                .isThrownBy(() -> FeatureStageConfiguration.decode(endOfGroup));
    }
}
