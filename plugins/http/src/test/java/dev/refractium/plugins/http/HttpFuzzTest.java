package dev.refractium.plugins.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Promises;
import java.util.List;
import java.util.Map;

class HttpFuzzTest {
    private final Promises promises = new Promises(new HttpProtocol());

    @FuzzTest
    void anyBytesAreAnswered(byte[] bytes) {
        Map<String, List<String>> attributes =
                promises.answer(Transport.TCP, bytes).attributes();

        assertThat(attributes.getOrDefault(HttpProtocol.HOST, List.of("absent")))
                .singleElement()
                .asString()
                .matches("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*|\\[[0-9a-f:.]{2,45}]")
                .hasSizeLessThanOrEqualTo(253);
    }
}
