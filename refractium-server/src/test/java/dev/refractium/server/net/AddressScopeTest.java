package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("AddressSelection") // Literals.
class AddressScopeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.1", "172.31.255.1", "192.168.1.1", "100.64.0.1", "100.127.0.1", "fd00::1", "fc00::1"})
    void privateAddressIsOfOneHostAndNotPublic(String address) throws UnknownHostException {
        InetAddress of = InetAddress.getByName(address);

        assertThat(AddressScope.isPrivate(of)).isTrue();
        assertThat(AddressScope.isOfOneHost(of)).isTrue();
        assertThat(AddressScope.isPublic(of)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.5", "100.128.0.1", "100.63.0.1", "172.32.0.1", "2001:db8::1", "1.1.1.1"})
    void otherAddressIsPublic(String address) throws UnknownHostException {
        InetAddress of = InetAddress.getByName(address);

        assertThat(AddressScope.isPrivate(of)).isFalse();
        assertThat(AddressScope.isPublic(of)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "127.0.0.1",
                "127.9.9.9",
                "::1",
                "224.0.0.1",
                "ff02::1",
                "169.254.1.1",
                "fe80::1",
                "255.255.255.255",
                "0.1.2.3",
                "240.0.0.1"
            })
    void specialAddressIsOfNoHost(String address) throws UnknownHostException {
        InetAddress of = InetAddress.getByName(address);

        assertThat(AddressScope.isOfOneHost(of)).isFalse();
        assertThat(AddressScope.isPublic(of)).isFalse();
    }
}
