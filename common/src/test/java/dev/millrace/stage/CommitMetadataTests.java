package dev.millrace.stage;

import static dev.millrace.stage.TestRecords.origin;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommitMetadataTests {
    @Test
    void readsWhatItWrote() {
        var metadata = new CommitMetadata(origin(7), origin(5), 3);

        assertThat(CommitMetadata.parse(metadata.format())).isEqualTo(metadata);
    }

    @Test
    void readsALaneThatHasNoRecordYet() {
        var metadata = new CommitMetadata(null, null, 0);

        assertThat(CommitMetadata.parse(metadata.format())).isEqualTo(metadata);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "1",
                "1;none;none",
                "2;none;none;0",
                "1;none;none;",
                "1;none;none;-1",
                "1;x:y:z;none;0",
                "1;;;",
                "text of a tool"
            })
    void takesAnotherTextForNone(String text) {
        assertThat(CommitMetadata.parse(text)).isNull();
    }
}
