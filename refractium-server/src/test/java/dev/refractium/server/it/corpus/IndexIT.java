package dev.refractium.server.it.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The index by first byte saves questions and changes no answer, whatever the bytes. */
class IndexIT {
    private static final int ROUNDS = 200_000;

    /** Beginnings that random bytes hardly ever have; some inputs continue them as the protocol does. */
    private static final List<String> BEGINNINGS = List.of(
            "",
            "\r\n",
            "GET / HTTP/1.1\r\nHost: ",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u0016\u0003\u0001\u0000\u001f\u0001\u0000\u0000\u001c\u0003\u0003",
            "SSH-2.0-",
            "USER ",
            "AUTH TLS\r\n",
            "\u0012\u0007\u0001\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0001a\u0000\u0000\u0001\u0000\u0001",
            "\u0000\u0013\u0012\u0007\u0001\u0000\u0000\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0001");

    @Test
    void randomBytesGetTheSameAnswerWithAndWithoutTheIndex() throws Exception {
        Random random = new Random(3);
        int named = 0;

        try (Plugins plugins = new Plugins()) {
            Detector indexed = Detector.indexed(plugins.protocols());
            Detector inLine = Detector.inLine(plugins.protocols());
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bytes = bytes(random);
                Transport transport = random.nextBoolean() ? Transport.TCP : Transport.UDP;
                Detector.Finding finding = indexed.askAtOnce(transport, bytes);
                named += finding.protocol().isEmpty() ? 0 : 1;
                assertThat(finding).isEqualTo(inLine.askAtOnce(transport, bytes));
            }
        }

        System.out.println("index: " + ROUNDS + " random sessions as in line, " + named + " of them named");
        assertThat(named).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
    }

    private static byte[] bytes(Random random) {
        byte[] beginning = BEGINNINGS.get(random.nextInt(BEGINNINGS.size())).getBytes(StandardCharsets.ISO_8859_1);
        byte[] bytes = new byte[beginning.length + random.nextInt(64)];
        random.nextBytes(bytes);
        System.arraycopy(beginning, 0, bytes, 0, beginning.length);
        if (random.nextInt(4) == 0 && bytes.length > 0) {
            bytes[0] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
