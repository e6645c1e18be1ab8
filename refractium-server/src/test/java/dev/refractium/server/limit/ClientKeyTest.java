package dev.refractium.server.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientKeyTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,          127.0.0.1,          true",
        "127.0.0.1,          127.0.0.2,          false",
        "2001:db8::1,        2001:db8::ffff:1,   true",
        "2001:db8:0:1::1,    2001:db8:0:1:8::,   true",
        "2001:db8:0:1::1,    2001:db8:0:2::1,    false",
        "fe80::1%1,          fe80::2%1,          true",
        "::ffff:192.0.2.1,   192.0.2.1,          true",
        "::ffff:192.0.2.1,   ::ffff:192.0.2.2,   false",
        "::7f00:1,           127.0.0.1,          false",
    })
    void addressesOfOneHostShareAKey(String a, String b, boolean same) throws UnknownHostException {
        ClientKey key = ClientKey.of(InetAddress.getByName(a));
        ClientKey other = ClientKey.of(InetAddress.getByName(b));

        assertThat(key.equals(other)).isEqualTo(same);
    }

    @Test
    void usersHaveKeysThatNoAddressHas() throws UnknownHostException {
        assertThat(ClientKey.ofUser(0)).isEqualTo(ClientKey.ofUser(0)).isNotEqualTo(ClientKey.ofUser(1));
        assertThat(ClientKey.ofUser(-1)).isNotEqualTo(ClientKey.ofUser(1));
        for (String address : new String[] {"0.0.0.0", "0.0.0.1", "::", "::1", "fe80::1", "2001:db8::1"}) {
            assertThat(ClientKey.ofUser(0)).isNotEqualTo(ClientKey.of(InetAddress.getByName(address)));
        }
    }
}
