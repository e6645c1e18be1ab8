package dev.refractium.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.HealthCheck.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check that speaks TLS, byte for byte; that real servers take it is shown where they run. */
class HealthCheckTest {
    @ParameterizedTest
    @CsvSource({
        "'', NEED_MORE",
        "16, NEED_MORE",
        "1603030040, NEED_MORE",
        "160303004002, ALIVE",
        "160303004001, FOREIGN",
        "1603030003, FOREIGN",
        "16030348ff, FOREIGN",
        "1603030002, FOREIGN",
        "1603, NEED_MORE",
        "1604, FOREIGN",
        "160305, FOREIGN",
        "1503030002, NEED_MORE",
        "150303000202, ALIVE",
        "150303000201, ALIVE",
        "150303000203, FOREIGN",
        "1503030003, FOREIGN",
        "485454502f, FOREIGN",
    })
    void answersAreJudgedAsTheyArrive(String hex, Verdict verdict) {
        assertThat(HealthCheck.tls(Optional.empty())
                        .judge(new Answer(HexFormat.of().parseHex(hex))))
                .isEqualTo(verdict);
    }

    @Test
    void openingIsOneRecordThatHoldsAWholeHello() {
        byte[] hello = HealthCheck.tls(Optional.of("a.test")).opening();
        ByteBuffer bytes = ByteBuffer.wrap(hello);

        assertThat(bytes.get()).isEqualTo((byte) 22);
        assertThat(bytes.getShort()).isEqualTo((short) 0x0301);
        assertThat(bytes.getShort()).isEqualTo((short) (hello.length - 5));
        assertThat(bytes.get()).isEqualTo((byte) 1);
        assertThat(((bytes.get() & 0xff) << 16) | (bytes.getShort() & 0xffff)).isEqualTo(hello.length - 9);
        assertThat(new String(hello, StandardCharsets.ISO_8859_1)).contains("\0\0\0\13\0\11\0\0\6a.test");
        assertThat(HealthCheck.tls(Optional.empty()).opening()).hasSize(hello.length - 15);
    }

    @Test
    void noTwoOpeningsAreAlike() {
        assertThat(HealthCheck.tls(Optional.empty()).opening())
                .isNotEqualTo(HealthCheck.tls(Optional.empty()).opening());
    }

    @Test
    void leaveIsTakenOfAServerThatWentOnAndOfNoOther() {
        HealthCheck answered = HealthCheck.tls(Optional.empty());
        HealthCheck refused = HealthCheck.tls(Optional.empty());

        answered.judge(new Answer(HexFormat.of().parseHex("160303004002")));
        refused.judge(new Answer(HexFormat.of().parseHex("150303000228")));

        assertThat(answered.closing()).startsWith(21, 3, 3).hasSize(14);
        assertThat(refused.closing()).isEmpty();
    }

    @Test
    void checkThatOnlyListensSendsNothing() {
        HealthCheck listening = answer -> Verdict.ALIVE;

        assertThat(listening.opening()).isEmpty();
        assertThat(listening.closing()).isEmpty();
    }

    private static final class Answer implements Peek {
        private final byte[] bytes;

        Answer(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public Transport transport() {
            return Transport.TCP;
        }

        @Override
        public int length() {
            return bytes.length;
        }

        @Override
        public boolean isFinal() {
            return false;
        }

        @Override
        public int byteAt(int index) {
            return bytes[index] & 0xff;
        }

        @Override
        public String ascii(int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        }
    }
}
