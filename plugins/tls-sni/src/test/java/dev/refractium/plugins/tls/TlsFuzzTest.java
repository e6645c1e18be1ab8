package dev.refractium.plugins.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Promises;
import java.util.List;
import java.util.Map;

class TlsFuzzTest {
    private final Promises promises = new Promises(new TlsProtocol());

    @FuzzTest
    void anyBytesAreAnswered(byte[] bytes) {
        Map<String, List<String>> attributes =
                promises.answer(Transport.TCP, bytes).attributes();

        assertThat(attributes.getOrDefault(TlsProtocol.SNI, List.of("absent")))
                .singleElement()
                .asString()
                .matches("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*")
                .hasSizeLessThanOrEqualTo(253);
        assertThat(attributes.getOrDefault(TlsProtocol.ALPN, List.of("absent")))
                .isNotEmpty()
                .allSatisfy(alpn -> assertThat(alpn).matches("[ -~]+"));
        assertThat(attributes.getOrDefault(TlsProtocol.ECH, List.of("present"))).containsExactly("present");
    }
}
