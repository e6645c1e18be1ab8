package dev.refractium.server.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.DescriptorLimit;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.net.Io;
import dev.refractium.server.net.LinuxSockets;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A moment without descriptors costs those who need one just then, and nobody else, for no longer. */
class WithoutDescriptorsIT {
    @BeforeEach
    void needsLinux() {
        assumeThat(Descriptors.areKnown()).as("descriptors can be taken here").isTrue();
    }

    @Test
    void clientsThatAreSilentMeanwhileEndAndLaterOnesAreServed() throws Exception {
        try (DescriptorLimit limit = new DescriptorLimit();
                TestBackend backend = TestBackend.named("alpha");
                Proxy proxy = Proxy.of(silent(backend), backend);
                Client unlucky = proxy.connect()) {
            await().until(() -> proxy.live() == 1);
            limit.none();
            try {
                await().until(() -> proxy.ends().equals(Map.of("no-descriptor", 1L)));
            } finally {
                limit.plenty();
            }
            assertThat(unlucky.rest().ending()).isEqualTo(Client.Ending.RESET);

            try (Client later = proxy.connect()) {
                await().until(() -> proxy.fallbacks().equals(Map.of("silent", 2L)));
                assertThat(later.send("x").read(7)).isEqualTo("alpha>x");
            }
        }
    }

    /** Whoever dials, probes or binds is ready for that exception and no other. */
    @Test
    void linuxSocketsSayIoException() throws Exception {
        assumeThat(Io.EPOLL.missing()).as("epoll").isEmpty();
        InetAddress any = InetAddress.getLoopbackAddress();
        LinuxSockets.stream(any).close();
        try (DescriptorLimit limit = new DescriptorLimit()) {
            limit.none();
            assertThatIOException().isThrownBy(() -> LinuxSockets.stream(any));
            assertThatIOException().isThrownBy(() -> LinuxSockets.datagram(any));
        }
    }

    private static RefractiumBuilder silent(TestBackend backend) {
        return Proxy.builder()
                .threads(1)
                .peekTimeout(Duration.ofSeconds(3))
                .fallback(Transport.TCP, backend.address())
                .protocol(PrefixProtocol.of("alpha", "ALPHA"))
                .route("alpha", r -> r.to(backend.address()));
    }
}
