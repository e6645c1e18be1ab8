package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import org.junit.jupiter.api.Test;

class OldNettyTest {
    @Test
    void namesTheVersionThatTheBuildHas() {
        assertThat(Version.identify())
                .extractingByKey("netty-transport")
                .extracting(Version::artifactVersion)
                .isEqualTo(OldNetty.BUILT_WITH);
    }

    @Test
    void nothingIsToBeDoneAboutThatVersion() {
        assertThat(OldNetty.remedy()).isEmpty();
    }
}
