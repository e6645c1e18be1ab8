package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class AbstractNameTest {
    @Test
    void nameBeginsWithAZeroForTheKernelAndPathsStayAsTheyAre() {
        UnixDomainSocketAddress name = UnixDomainSocketAddress.of("@app/one");
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of("/run/@app");

        assertThat(AbstractName.is(name)).isTrue();
        assertThat(AbstractName.toNative(name).path()).isEqualTo("\0app/one");
        assertThat(AbstractName.is(path)).isFalse();
        assertThat(AbstractName.toNative(path).path()).isEqualTo("/run/@app");
        assertThat(AbstractName.is(UnixClient.of(7))).isFalse();
    }
}
