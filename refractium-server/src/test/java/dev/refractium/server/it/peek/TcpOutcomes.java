package dev.refractium.server.it.peek;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of a TCP session's outcome share: three backends, and servers that lead to them. */
abstract class TcpOutcomes {
    static final Protocol ALPHA = PrefixProtocol.of("alpha", "ALPHA");
    static final Protocol HOSTED = PrefixProtocol.withAttribute("hosted", "HOST:", "host");

    TestBackend alpha;
    TestBackend other;
    TestBackend fallback;

    @BeforeEach
    void startBackends() throws IOException {
        alpha = TestBackend.named("alpha");
        other = TestBackend.named("other");
        fallback = TestBackend.named("fallback");
    }

    @AfterEach
    void stopBackends() throws IOException {
        alpha.close();
        other.close();
        fallback.close();
    }

    RefractiumBuilder alphaOnly() {
        return Proxy.builder().protocol(ALPHA).route("alpha", r -> r.to(alpha.address()));
    }

    RefractiumBuilder hosted() {
        return Proxy.builder()
                .protocol(HOSTED)
                .route("hosted", r -> r.match("host", "a.test").to(alpha.address()));
    }

    RefractiumBuilder withFallback(RefractiumBuilder builder) {
        return builder.fallback(Transport.TCP, fallback.address());
    }

    RefractiumBuilder serverFirst(RefractiumBuilder builder) {
        return builder.route("greeter", r -> r.serverFirst(true).to(other.address()));
    }

    /** Returns a builder whose silence timeout a busy machine does not reach by accident. */
    static RefractiumBuilder patient(RefractiumBuilder builder) {
        return builder.peekTimeout(Proxy.NEVER).silenceTimeout(Proxy.NEVER.dividedBy(2));
    }

    void assertNothingDialled() {
        assertThat(alpha.accepted() + other.accepted() + fallback.accepted()).isZero();
    }

    static void awaitEnds(Proxy proxy, Map<String, Long> expected) {
        await().untilAsserted(() -> assertThat(proxy.ends()).isEqualTo(expected));
    }
}
