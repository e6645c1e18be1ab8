package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvConfTest {
    @Test
    void serversStandInTheirOrder() {
        ResolvConf read = ResolvConf.parse(List.of(
                "# made by a program",
                "nameserver 127.0.0.53 # local",
                "  nameserver\t2001:db8::1",
                "nameserver nonsense"));

        assertThat(read.servers())
                .extracting(server -> server.getAddress().getHostAddress())
                .containsExactly("127.0.0.53", "2001:db8:0:0:0:0:0:1");
        assertThat(read.servers()).extracting(InetSocketAddress::getPort).containsOnly(53);
    }

    @Test
    void fileWithoutServersMeansThisMachine() {
        assertThat(ResolvConf.parse(List.of()).servers())
                .hasSize(1)
                .allMatch(server -> server.getAddress().isLoopbackAddress());
    }

    @Test
    void serverOfAMissingInterfaceIsPassedOver() {
        ResolvConf read = ResolvConf.parse(List.of("nameserver fe80::1%no-such0", "nameserver 192.0.2.1"));

        assertThat(read.servers()).contains(new InetSocketAddress("192.0.2.1", 53));
    }

    @Test
    void shortNameIsTriedInTheSearchDomainsFirst() {
        ResolvConf read = ResolvConf.parse(List.of("domain one.test", "search two.test three.test."));

        assertThat(read.candidates("app")).containsExactly("app.two.test.", "app.three.test.", "app.");
    }

    @Test
    void nameWithEnoughDotsIsTriedAsItIsFirst() {
        ResolvConf read = ResolvConf.parse(List.of("search two.test", "options timeout:1 ndots:2"));

        assertThat(read.candidates("a.b")).containsExactly("a.b.two.test.", "a.b.");
        assertThat(read.candidates("a.b.c")).containsExactly("a.b.c.", "a.b.c.two.test.");
    }

    @Test
    void nameWithAFinalDotIsTriedAsItIsOnly() {
        assertThat(ResolvConf.parse(List.of("search two.test")).candidates("app."))
                .containsExactly("app.");
    }

    @Test
    void listedServersAreAskedForTheNameAsItIsOnly() {
        assertThat(new ResolvConf(List.of(new InetSocketAddress("192.0.2.1", 5353))).candidates("app"))
                .containsExactly("app.");
    }
}
