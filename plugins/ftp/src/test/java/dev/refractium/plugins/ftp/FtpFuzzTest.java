package dev.refractium.plugins.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.testkit.Promises;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

class FtpFuzzTest {
    private static final Pattern FTP = Pattern.compile(
            "(?s)((USER|HOST) [^\\x00-\\x20\\x7f]+|FEAT|SYST|OPTS UTF8 ON|AUTH (TLS(-[CP])?|SSL))\r\n.*",
            Pattern.CASE_INSENSITIVE);

    private final Promises promises = new Promises(new FtpProtocol());

    @FuzzTest
    void anyBytesAreAnswered(byte[] bytes) {
        boolean expected =
                FTP.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).matches();

        Identification answer = promises.answer(Transport.TCP, bytes);

        assertThat(answer.verdict() == Verdict.MATCH).as("%s", answer).isEqualTo(expected);
    }
}
