package dev.refractium.plugins.tls;

import static dev.refractium.plugins.tls.Hello.hello;
import static dev.refractium.plugins.tls.Hello.inRecords;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Asking;
import dev.refractium.testkit.BytesPeek;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large hellos, every way to cut one into records, and the hellos of the JDK. */
class TlsCutsTest {
    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x01, 0x03, 0x04, 0x7f, 0xff})
    void theVersionOfTheRecordSaysNothing(int minor) {
        byte[] hello = hello().sni("a.test").bytes();
        hello[2] = (byte) minor;

        assertThat(ask(hello).attributes()).containsEntry("sni", List.of("a.test"));
    }

    @Test
    void everyCutIntoRecordsGivesTheSameNames() {
        byte[] message =
                hello().extension(51, new byte[1_200]).sni("a.test").alpn("h2").message();
        Map<String, List<String>> names = Map.of("sni", List.of("a.test"), "alpn", List.of("h2"));

        for (int size = 1; size <= message.length; size++) {
            int each = size;
            byte[] hello = inRecords(message, at -> each);

            assertThat(ask(hello).attributes())
                    .as("%d bytes in each record", size)
                    .isEqualTo(names);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 16_384})
    void workIsLinearHoweverTheHelloIsCut(int recordSize) {
        byte[] message = hello().extension(51, new byte[8_000]).sni("a.test").message();
        byte[] hello = inRecords(message, at -> recordSize);

        assertThat(Asking.byteByByte(new TlsProtocol(), hello))
                .matches(Asking::isLinear)
                .matches(this::isNamed);
        assertThat(Asking.inPieces(new TlsProtocol(), hello, at -> 6))
                .matches(Asking::isLinear)
                .matches(this::isNamed);
        assertThat(Asking.inPieces(new TlsProtocol(), hello, at -> 17))
                .matches(Asking::isLinear)
                .matches(this::isNamed);
    }

    @Test
    void aHelloInOneRecordIsReadOnce() {
        byte[] hello = hello().extension(51, new byte[8_000]).sni("a.test").bytes();

        Asking asking = Asking.byteByByte(new TlsProtocol(), hello);

        assertThat(asking.steps()).isLessThan(200);
    }

    @Test
    void manyExtensionsAreRefusedWithLittleWork() {
        Hello hello = hello();
        for (int type = 64; type < 4_000; type++) {
            hello.junk((byte) (type >> 8), (byte) type, (byte) 0, (byte) 0);
        }

        BytesPeek peek = BytesPeek.tcp(hello.bytes());

        assertThat(new TlsProtocol().identify(peek).verdict()).isEqualTo(Identification.Verdict.UNREADABLE);
        assertThat(peek.steps()).isLessThan(1_000);
    }

    @Test
    void extensionsThatAreHardToTellApartCostLittle() {
        Hello hello = hello().sni("a.test");
        for (int i = 1; i < 60; i++) {
            int type = 5 ^ i ^ i << 6;
            hello.junk((byte) (type >> 8), (byte) type, (byte) 0, (byte) 0);
        }

        Asking asking = Asking.allAtOnce(new TlsProtocol(), Transport.TCP, hello.bytes());

        assertThat(asking.isLinear()).isTrue();
    }

    /** Types that clients send, two GREASE ones among them, in an order in which many share a bit. */
    @Test
    void manyDifferentExtensionsInAShortHelloAreRead() {
        int[] before = {65037, 34, 27, 13172, 65281};
        int[] between = {5, 22, 21, 11, 43, 18, 45, 51, 50, 30032};
        int[] after = {14906, 47802, 57, 17513, 41};
        Hello hello = hello().sessionId(0).ciphers(2);
        empty(empty(empty(hello, before).alpn("h2"), between).sni("a.test"), after);

        Asking asking = Asking.allAtOnce(new TlsProtocol(), Transport.TCP, hello.bytes());

        assertThat(asking.answer().attributes())
                .isEqualTo(Map.of("sni", List.of("a.test"), "alpn", List.of("h2"), "ech", List.of("present")));
        assertThat(asking.isLinear()).as("%s", asking).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x41, 0x1000, 0xff02})
    void sixtyFourExtensionsAreReadAndOneMoreIsNot(int first) {
        Hello hello =
                empty(hello().sni("a.test"), IntStream.range(first, first + 63).toArray());
        Asking read = Asking.allAtOnce(new TlsProtocol(), Transport.TCP, hello.bytes());
        Asking refused = Asking.allAtOnce(
                new TlsProtocol(), Transport.TCP, empty(hello, first + 63).bytes());

        assertThat(read).matches(Asking::isLinear).matches(this::isNamed);
        assertThat(refused.answer().verdict()).isEqualTo(Identification.Verdict.UNREADABLE);
        assertThat(refused.isLinear()).isTrue();
    }

    private static Hello empty(Hello hello, int... types) {
        for (int type : types) {
            hello.extension(type, new byte[0]);
        }
        return hello;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void theHelloOfTheJdkIsRead(String version) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("jdk.example.com")));
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        parameters.setProtocols(new String[] {version});
        engine.setSSLParameters(parameters);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(20_000);
        engine.wrap(ByteBuffer.allocate(0), hello);

        Identification answer = ask(Arrays.copyOf(hello.array(), hello.position()));

        assertThat(answer.attributes())
                .isEqualTo(Map.of("sni", List.of("jdk.example.com"), "alpn", List.of("h2", "http/1.1")));
    }

    private boolean isNamed(Asking asking) {
        return asking.answer().attributes().equals(Map.of("sni", List.of("a.test")));
    }

    private static Identification ask(byte[] bytes) {
        return Asking.allAtOnce(new TlsProtocol(), Transport.TCP, bytes).answer();
    }
}
