package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1:80", "::1, [0:0:0:0:0:0:0:1]:80"})
    void portIsSetApartFromTheAddress(String address, String shown) throws UnknownHostException {
        assertThat(Addresses.text(new InetSocketAddress(InetAddress.getByName(address), 80)))
                .isEqualTo(shown);
    }
}
