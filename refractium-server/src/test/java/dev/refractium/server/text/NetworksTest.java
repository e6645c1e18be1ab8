package dev.refractium.server.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworksTest {
    private static Networks networks(String... prefixes) {
        return Networks.of(Arrays.stream(prefixes).map(Network::parse).toList());
    }

    private static boolean has(Networks networks, String address) throws UnknownHostException {
        return networks.contains(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.0.0.1, 10.0.0.1",
        "10.0.0.1/32, 10.0.0.1",
        "0.0.0.0/0, 0.0.0.0/0",
        "2001:DB8::/32, 2001:db8::/32",
        "2001:db8:0:0:1:0:0:0/128, 2001:db8::1:0:0:0",
        "::/0, ::/0",
        "::1, ::1",
        "fe80::/10, fe80::/10",
        "::ffff:10.0.0.0/104, 10.0.0.0/8",
        "::ffff:0:0/96, 0.0.0.0/0",
        "::ffff:10.1.2.3, 10.1.2.3"
    })
    void readsAPrefixAndWritesItsCanonicalForm(String text, String canonical) {
        assertThat(Network.parse(text)).hasToString(canonical);
        assertThat(Network.parse(canonical)).isEqualTo(Network.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.0.0.5/8|\"10.0.0.5/8\" has bits set beyond its length; write 10.0.0.0/8 for the network, or 10.0.0.5"
                        + " for the one address",
                "2001:db8::1/64|\"2001:db8::1/64\" has bits set beyond its length; write 2001:db8::/64 for the network, or"
                        + " 2001:db8::1 for the one address",
                "::ffff:10.0.0.1/104|\"::ffff:10.0.0.1/104\" has bits set beyond its length; write 10.0.0.0/8 for the"
                        + " network, or 10.0.0.1 for the one address",
                "10.0.0.0/33|\"10.0.0.0/33\" has the length 33; use 0 to 32",
                "::/129|\"::/129\" has the length 129; use 0 to 128",
                "::ffff:10.0.0.0/8|\"::ffff:10.0.0.0/8\" is an IPv4-mapped address with a length below 96; write an IPv4"
                        + " network, such as 10.0.0.0/8",
                "10/8|\"10/8\" has no IPv4 address: four numbers from 0 to 255; write a network as 10.0.0.0/8 or"
                        + " 2001:db8::/32, or one address",
                "010.0.0.0/8|\"010.0.0.0/8\" has no IPv4 address: four numbers from 0 to 255; write a network as 10.0.0.0/8"
                        + " or 2001:db8::/32, or one address",
                "1::2::3|\"1::2::3\" has no IPv6 address; write a network as 10.0.0.0/8 or 2001:db8::/32, or one address",
                "fe80::1%eth0|\"fe80::1%eth0\" is not a network; a prefix has no zone; leave out % and what follows",
                "localhost|\"localhost\" is not a network; write a network as 10.0.0.0/8 or 2001:db8::/32, or one address",
                "''|\"\" is not a network; write a network as 10.0.0.0/8 or 2001:db8::/32, or one address",
                "any|\"any\" is not a network; write a network as 10.0.0.0/8 or 2001:db8::/32, or one address",
                "10.0.0.0/255.0.0.0|\"10.0.0.0/255.0.0.0\" is not a network; write a network as 10.0.0.0/8 or 2001:db8::/32,"
                        + " or one address"
            })
    void saysWhatToWriteInstead(String text, String message) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void hasTheAddressesOfItsNetworksAndNoOthers() throws UnknownHostException {
        Networks networks = networks("10.0.0.0/8", "192.168.1.7", "2001:db8::/32", "2001:db9::1");

        assertThat(has(networks, "10.0.0.0")).isTrue();
        assertThat(has(networks, "10.255.255.255")).isTrue();
        assertThat(has(networks, "9.255.255.255")).isFalse();
        assertThat(has(networks, "11.0.0.0")).isFalse();
        assertThat(has(networks, "192.168.1.7")).isTrue();
        assertThat(has(networks, "192.168.1.8")).isFalse();
        assertThat(has(networks, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")).isTrue();
        assertThat(has(networks, "2001:db9::")).isFalse();
        assertThat(has(networks, "2001:db9::1")).isTrue();
        assertThat(has(networks, "::")).isFalse();
    }

    @Test
    void countsAMappedAddressAsIpv4() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        InetAddress address = Inet6Address.getByAddress(null, mapped, 0);

        assertThat(networks("10.0.0.0/8").contains(address)).isTrue();
        assertThat(networks("::/0").contains(address)).isFalse();
        assertThat(has(networks("::/0"), "10.0.0.0")).isFalse();
        assertThat(has(networks("0.0.0.0/0"), "::")).isFalse();
    }

    @Test
    void areEqualHoweverTheyWereWritten() {
        assertThat(networks("10.1.0.0/16", "10.0.0.0/8", "::1", "10.0.0.0/8"))
                .isEqualTo(networks("::1", "10.0.0.0/8", "10.1.0.0/16"))
                .hasSameHashCodeAs(networks("::1", "10.0.0.0/8", "10.1.0.0/16"))
                .isNotEqualTo(networks("::1", "10.0.0.0/8"))
                .hasToString("10.0.0.0/8, 10.1.0.0/16, ::1");
        assertThat(networks("10.0.0.1", "10.0.0.3", "10.0.0.5", "10.0.0.7", "::1", "::2"))
                .hasToString("10.0.0.1, 10.0.0.3, 10.0.0.5, 10.0.0.7 and 2 more");
        assertThat(networks()).isSameAs(Networks.NONE);
    }

    @Test
    void theSmallestNetworkThatHasAnAddressGivesItsLength() throws UnknownHostException {
        Networks networks = networks("10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "10.2.0.0/16", "::/0");

        assertThat(networks.lengthOf(InetAddress.getByName("10.1.2.3"))).isEqualTo(32);
        assertThat(networks.lengthOf(InetAddress.getByName("10.1.2.4"))).isEqualTo(24);
        assertThat(networks.lengthOf(InetAddress.getByName("10.1.3.3"))).isEqualTo(16);
        assertThat(networks.lengthOf(InetAddress.getByName("10.9.9.9"))).isEqualTo(8);
        assertThat(networks.lengthOf(InetAddress.getByName("11.0.0.0"))).isEqualTo(-1);
        assertThat(networks.lengthOf(InetAddress.getByName("2001:db8::1"))).isZero();
        assertThat(networks.longest()).isEqualTo(32);
        assertThat(networks("::/0").longest()).isZero();
        assertThat(Networks.NONE.longest()).isEqualTo(-1);
    }

    @Test
    void aHundredThousandPrefixesAnswerAsOneByOne() throws UnknownHostException {
        Random random = new Random(14);
        List<Network> all = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            boolean v6 = random.nextBoolean();
            int length = v6 ? 30 + random.nextInt(99) : 14 + random.nextInt(19);
            long high = v6 ? random.nextLong() : random.nextLong() << 32;
            long low = v6 && length > 64 ? random.nextLong() & (-1L << (128 - length)) : 0;
            all.add(new Network(v6, high & (-1L << Math.max(0, 64 - length)), low, length));
        }
        Collections.shuffle(all, random);
        Networks networks = Networks.of(all);
        int checked = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            InetAddress address = InetAddress.getByAddress(bytes);
            long high = Network.bits(bytes, 0);
            long low = Network.bits(bytes, 8);
            int expected = all.stream()
                    .filter(network -> network.v6() == bytes.length > 4
                            && Network.matches(high, low, network.high(), network.low(), network.length()))
                    .mapToInt(Network::length)
                    .max()
                    .orElse(-1);

            assertThat(networks.lengthOf(address)).as("%s", address).isEqualTo(expected);
            assertThat(networks.contains(address)).as("%s", address).isEqualTo(expected >= 0);
            checked += expected >= 0 ? 1 : 0;
        }
        assertThat(checked).isPositive();
    }
}
