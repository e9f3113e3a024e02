package dev.millrace.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cache.CacheKey;
import dev.millrace.cache.CacheProperties.Scope;
import dev.millrace.contract.v1.ModelReference;
import dev.millrace.model.Priority;
import dev.millrace.model.TextEncoder;
import dev.millrace.model.TokenizedText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachedEncoderTests {
    private static final ModelReference MODEL = ModelReference.newBuilder()
            .setName("encoder")
            .setVersion("1")
            .setDigest("0a")
            .setPrecision("bf16")
            .build();

    private static CacheKey key(ModelReference model, String engine, Scope scope, String tenant, long... ids) {
        var input = new CachedEncoder.Input(
                tenant,
                new TextEncoder.Request(new TokenizedText(ids, ids.length, 0), Priority.INTERACTIVE, Instant.EPOCH));
        return CachedEncoder.key(CachedEncoder.common(model, engine), scope, input);
    }

    @Test
    void hasAnotherKeyForWhateverDecidesTheEmbedding() {
        var keys = new HashSet<CacheKey>();
        keys.add(key(MODEL, "PyTorch 2", Scope.TENANT, "a", 101, 7, 102));
        keys.add(key(MODEL.toBuilder().setName("other").build(), "PyTorch 2", Scope.TENANT, "a", 101, 7, 102));
        keys.add(key(MODEL.toBuilder().setVersion("2").build(), "PyTorch 2", Scope.TENANT, "a", 101, 7, 102));
        keys.add(key(MODEL.toBuilder().setDigest("0b").build(), "PyTorch 2", Scope.TENANT, "a", 101, 7, 102));
        keys.add(key(MODEL.toBuilder().setPrecision("fp32").build(), "PyTorch 2", Scope.TENANT, "a", 101, 7, 102));
        keys.add(key(MODEL, "PyTorch 3", Scope.TENANT, "a", 101, 7, 102));
        keys.add(key(MODEL, "PyTorch 2", Scope.TENANT, "b", 101, 7, 102));
        keys.add(key(MODEL, "PyTorch 2", Scope.SHARED, "a", 101, 7, 102));
        keys.add(key(MODEL, "PyTorch 2", Scope.TENANT, "a", 101, 8, 102));
        keys.add(key(MODEL, "PyTorch 2", Scope.TENANT, "a", 101, 7, 7, 102));
        assertThat(keys).hasSize(10);
    }

    @Test
    void sharesBetweenTenantsOnlyIfItMay() {
        assertThat(key(MODEL, "PyTorch 2", Scope.SHARED, "a", 101, 102))
                .isEqualTo(key(MODEL, "PyTorch 2", Scope.SHARED, "b", 101, 102));
        assertThat(key(MODEL, "PyTorch 2", Scope.TENANT, "", 101, 102))
                .isNotEqualTo(key(MODEL, "PyTorch 2", Scope.SHARED, "", 101, 102));
    }

    @Test
    void waitsForNothingBeyondTheFirstDeadline() {
        var now = Instant.EPOCH;

        assertThat(CachedEncoder.slack(
                        List.of(due(now.plusSeconds(9)), due(now.plusSeconds(2)), due(Instant.MAX)), now))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(CachedEncoder.slack(List.of(due(now.plusSeconds(9)), due(now.minusSeconds(1))), now))
                .isNegative();
    }

    private static CachedEncoder.Input due(Instant deadline) {
        var text = new TokenizedText(new long[] {101, 102}, 2, 0);
        return new CachedEncoder.Input("a", new TextEncoder.Request(text, Priority.INTERACTIVE, deadline));
    }
}
