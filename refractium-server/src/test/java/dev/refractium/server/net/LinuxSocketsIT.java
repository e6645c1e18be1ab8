package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("AddressSelection") // Literals.
class LinuxSocketsIT {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void addressesOfLoopbackAreOfThisMachine(String address) throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();

        assertThat(LinuxSockets.isOfThisMachine(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "10.255.255.254"})
    void otherAddressesAreNot(String address) throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();

        assertThat(LinuxSockets.isOfThisMachine(InetAddress.getByName(address))).isFalse();
    }

    @Test
    void addressesOfInterfacesAreOfThisMachine() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();

        for (InetAddress address : NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(one -> !one.isLinkLocalAddress())
                .toList()) {
            assertThat(LinuxSockets.isOfThisMachine(InetAddress.getByAddress(address.getAddress())))
                    .as("%s", address)
                    .isTrue();
        }
    }
}
