package dev.refractium.server.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceKindTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,UNSPECIFIED",
        "0.1.2.3,UNSPECIFIED",
        "::,UNSPECIFIED",
        "::ffff:0.0.0.0,UNSPECIFIED",
        "224.0.0.1,MULTICAST",
        "239.255.255.255,MULTICAST",
        "255.255.255.255,MULTICAST",
        "ff02::1,MULTICAST",
        "127.0.0.1,LOOPBACK",
        "127.255.0.9,LOOPBACK",
        "::1,LOOPBACK",
        "::ffff:127.0.0.1,LOOPBACK",
        "192.0.2.80,OWN",
        "2001:db8::80,OWN",
        "192.0.2.81,USABLE",
        "10.0.0.1,USABLE",
        "fe80::1,USABLE",
        "255.255.255.254,USABLE",
        "::2,USABLE"
    })
    void tellsAddressesApart(String source, SourceKind kind) throws Exception {
        Set<InetAddress> own = Set.of(InetAddress.getByName("192.0.2.80"), InetAddress.getByName("2001:db8::80"));

        SourceKind found = SourceKind.of(InetAddress.getByName(source), own::contains);

        assertThat(found).isEqualTo(kind);
        assertThat(found.isUsable()).isEqualTo(kind == SourceKind.USABLE);
    }
}
