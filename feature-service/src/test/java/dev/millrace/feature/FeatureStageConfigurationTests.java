package dev.millrace.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.millrace.contract.v1.UploadReceived;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FeatureStageConfigurationTests {
    private final byte[] body = UploadReceived.newBuilder()
            .setPipeline("spam")
            .setContent(ByteString.copyFrom(new byte[1000]))
            .build()
            .toByteArray();

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
