package dev.refractium.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindFailureTest {
    @ParameterizedTest
    @CsvSource({
        "Address already in use, the port is taken; end the program",
        "bind(..) failed with error(-98): Address already in use, the port is taken; end the program",
        "Cannot assign requested address, no interface of this machine has this address; name one",
        "bind(..) failed with error(-99): Cannot assign requested address, no interface of this machine has",
        "Permission denied, this user may not; name a port from 1024 on",
        "bind(..) failed with error(-13): Permission denied, this user may not; name a port from 1024 on",
        "socket(..) failed: Too many open files, Too many open files",
        "Network is down, Network is down",
    })
    void transportPlaceAndReasonAreSaidAndNoCallOfTheSystem(String said, String shown) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000);

        String message =
                BindFailure.on(Transport.UDP, address, new IOException(said)).getMessage();

        assertThat(message).startsWith("cannot listen on 127.0.0.1 port 4000, UDP: " + shown);
        assertThat(message).doesNotContain("(..)");
    }
}
