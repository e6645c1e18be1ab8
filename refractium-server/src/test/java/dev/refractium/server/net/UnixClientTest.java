package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.text.Addresses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixClientTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "1000", "2147483648", "4294967294"})
    void nameHasTheUsersNumber(String uid) {
        int bits = Integer.parseUnsignedInt(uid);

        assertThat(Addresses.text(UnixClient.of(bits))).isEqualTo("unix:uid=" + uid);
        assertThat(UnixClient.uid(UnixClient.of(bits))).isEqualTo(bits);
    }

    @Test
    void unknownUserHasNoNumber() {
        assertThat(UnixClient.uid(UnixClient.UNKNOWN)).isEqualTo(-1);
        assertThat(Addresses.host(UnixClient.UNKNOWN)).isEqualTo("unix:");
    }
}
