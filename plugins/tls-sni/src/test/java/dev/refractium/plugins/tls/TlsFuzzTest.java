package dev.refractium.plugins.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Promises;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

class TlsFuzzTest {
    private static final int HEADER = 5;

    private final Promises promises = new Promises(new TlsProtocol());

    @FuzzTest
    void anyBytesAreAnswered(byte[] bytes) {
        if (bytes.length > HEADER) {
            recordsDoNotMatter(Arrays.copyOfRange(bytes, HEADER, bytes.length));
        }
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

    /** What follows a record's header, as one record and as many: a hello that is read says the same in both. */
    private void recordsDoNotMatter(byte[] message) {
        Identification whole = promises.answer(Transport.TCP, Hello.record(message, 0, message.length));
        if (whole.verdict() == Verdict.MATCH) {
            for (int size : new int[] {1, 7, 64}) {
                Identification cut = promises.answer(Transport.TCP, Hello.inRecords(message, at -> size));

                assertThat(cut.verdict()).as("in records of %d", size).isEqualTo(Verdict.MATCH);
                assertThat(cut.attributes()).isEqualTo(whole.attributes());
            }
        }
    }
}
