package dev.refractium.plugins.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Promises;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

class SshFuzzTest {
    private static final Pattern SSH = Pattern.compile("(?s)SSH-(2\\.0|1\\.99)-.*");

    private final Promises promises = new Promises(new SshProtocol());

    @FuzzTest
    void anyBytesAreAnswered(byte[] bytes) {
        boolean expected =
                SSH.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).matches();

        Identification answer = promises.answer(Transport.TCP, bytes);

        assertThat(answer.verdict() == Verdict.MATCH).as("%s", answer).isEqualTo(expected);
    }
}
