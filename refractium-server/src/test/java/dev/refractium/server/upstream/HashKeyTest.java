package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.net.UnixClient;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashKeyTest {
    /** Servers of different versions share clients: these numbers must stay as they are. */
    @Test
    void keysAreTheSameInEveryVersion() throws Exception {
        assertThat(HashKey.of(InetAddress.getByName("192.0.2.1"))).isEqualTo(1224252515903730693L);
        assertThat(HashKey.of(InetAddress.getByName("2001:db8::1"))).isEqualTo(2977996531296082825L);
        assertThat(HashKey.of(UnixClient.of(1000))).isEqualTo(1323161595493899721L);
        assertThat(HashKey.of("10.0.0.1:80")).isEqualTo(-8577341536848772265L);
        assertThat(HashKey.of(List.of("a.example.com"))).isEqualTo(HashKey.of("a.example.com"));
        assertThat(HashKey.unit(1, 2)).isEqualTo(0.04421244678994485);
    }

    @Test
    void portsOfAClientAreOneClient() throws Exception {
        InetAddress address = InetAddress.getByName("192.0.2.1");

        assertThat(HashKey.of(new InetSocketAddress(address, 1)))
                .isEqualTo(HashKey.of(new InetSocketAddress(address, 2)))
                .isEqualTo(HashKey.of(address))
                .isNotEqualTo(HashKey.of(InetAddress.getByName("192.0.2.2")));
    }

    @Test
    void addressesOfA64AreOneClient() throws Exception {
        assertThat(HashKey.of(InetAddress.getByName("2001:db8:0:1::1")))
                .isEqualTo(HashKey.of(InetAddress.getByName("2001:db8:0:1:ffff::2")))
                .isNotEqualTo(HashKey.of(InetAddress.getByName("2001:db8:0:2::1")));
    }

    @Test
    void mappedAddressIsTheIpv4Client() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};
        InetAddress six = Inet6Address.getByAddress("mapped", mapped, 0);
        assertThat(six).isInstanceOf(Inet6Address.class);

        assertThat(HashKey.of(six)).isEqualTo(HashKey.of(InetAddress.getByName("192.0.2.1")));
        assertThat(HashKey.of(InetAddress.getByName("::2"))).isNotEqualTo(HashKey.of(InetAddress.getByName("0.0.0.2")));
    }

    @Test
    void usersOfAUnixSocketAreClients() {
        assertThat(HashKey.of(UnixClient.of(0)))
                .isEqualTo(HashKey.of(UnixClient.of(0)))
                .isNotEqualTo(HashKey.of(UnixClient.of(1000)))
                .isNotEqualTo(HashKey.of(UnixClient.UNKNOWN));
    }

    @Test
    void textsInAnotherDivisionAreOthers() {
        assertThat(HashKey.of(List.of("a", "b")))
                .isNotEqualTo(HashKey.of(List.of("ab")))
                .isNotEqualTo(HashKey.of(List.of("b", "a")));
    }

    /** Keys of neighbours, as clients of one network are, are as good as random ones. */
    @Test
    void everyBitOfAClientChangesTheNumber() throws Exception {
        Random random = new Random(5);
        long backend = HashKey.of("10.0.0.1:80");
        int below = 0;
        int pairs = 0;
        double apart = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[4];
            random.nextBytes(bytes);
            double number = HashKey.unit(HashKey.of(InetAddress.getByAddress(bytes)), backend);
            below += number < 0.5 ? 1 : 0;
            for (int bit = 0; bit < 32; bit++) {
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                apart += Math.abs(number - HashKey.unit(HashKey.of(InetAddress.getByAddress(bytes)), backend));
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                pairs++;
            }
        }

        assertThat(below / 2000.0).isBetween(0.46, 0.54);
        assertThat(apart / pairs).as("that of two random numbers is a third").isBetween(0.32, 0.347);
    }
}
