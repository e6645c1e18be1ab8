package dev.refractium.plugins.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Promises;
import java.nio.ByteBuffer;
import java.util.List;

class DnsFuzzTest {
    private final Promises promises = new Promises(new DnsProtocol());

    /** The bytes are a datagram, the same message over TCP (where alone opcode 6 is), and a stream of their own. */
    @FuzzTest
    void anyBytesAreAnswered(byte[] bytes) {
        Identification datagram = promises.answer(Transport.UDP, bytes);
        Identification streamed = promises.answer(Transport.TCP, overTcp(bytes));
        promises.answer(Transport.TCP, bytes);

        if (bytes.length < 3 || bytes[2] != 6 << 3) {
            assertThat(streamed).hasToString(datagram.toString());
        }
        assertThat(datagram.verdict()).isIn(Verdict.NO_MATCH, Verdict.MATCH);
        assertThat(datagram.attributes().getOrDefault(DnsProtocol.QNAME, List.of(".")))
                .singleElement()
                .asString()
                .matches("\\.|([!-\\[\\]-~]|\\\\[0-9]{3})+")
                .doesNotMatch(".*[A-Z].*");
    }

    private static byte[] overTcp(byte[] message) {
        return ByteBuffer.allocate(2 + message.length)
                .putShort((short) message.length)
                .put(message)
                .array();
    }
}
