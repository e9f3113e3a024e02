package dev.millrace.standalone.suite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServiceTests {
    @Test
    void givesMoreHeapToThoseThatRunModels() {
        assertThat(Service.INFERENCE.flags("")).contains("-Xmx256m", "-Dai.djl.offline=true");
        assertThat(Service.COLLECTOR.flags("")).contains("-Xmx160m").doesNotContain("-Dai.djl.offline=true");
    }

    @Test
    void letsOneDnnKeepWhatItMakesForEveryShape() {
        assertThat(Service.FEATURE.environment())
                .containsEntry("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8192")
                .containsEntry("MKL_CBWR", "AUTO,STRICT");
        assertThat(Service.COLLECTOR.environment()).isEmpty();
    }

    @Test
    void letsTheUsersFlagsWin() {
        assertThat(Service.COLLECTOR.flags(" -Xmx1g  -XX:+UseG1GC ")).endsWith("-Xmx1g", "-XX:+UseG1GC");
    }

    @Test
    void putsItsNameIntoTheUsersFlags() {
        assertThat(Service.COLLECTOR.flags("-XX:AOTCache=/a/{service}.aot")).endsWith("-XX:AOTCache=/a/collector.aot");
    }
}
