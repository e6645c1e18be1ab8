package dev.refractium.server.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.server.StartException;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.UdpClient;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What a reload does to listeners: those that stay, that move, and that cannot be had. */
@Alone
class ReloadListenersIT extends ReloadTesting {
    @Test
    void anyPortIsKept() throws Exception {
        InetSocketAddress before = site.server().tcp().orElseThrow();

        site.server().reload();

        assertThat(site.server().tcp()).contains(before);
    }

    @Test
    void newPortIsServedAndTheOldOneLetsItsSessionsGoOn() throws Exception {
        InetSocketAddress before = site.server().tcp().orElseThrow();
        try (Client tcp = site.connect();
                UdpClient udp = UdpClient.from("127.0.0.1", site.server().udp().orElseThrow())) {
            tcp.read(7);
            assertThat(udp.send("THIRD").read()).isEqualTo("1>THIRD");
            int port = TestBackend.deadPort();
            Files.writeString(site.config(), site.text("port = " + port));

            site.server().reload();

            assertThat(site.server().tcp().orElseThrow().getPort()).isEqualTo(port);
            assertThat(site.greeting()).isEqualTo("1");
            assertThatThrownBy(() -> Client.to(before)).isInstanceOf(ConnectException.class);
            assertThat(tcp.send("more").read(4)).isEqualTo("more");
            assertThat(udp.send("more").read()).isEqualTo("1>more");
        }
    }

    @Test
    void portThatIsTakenLeavesTheOldOneServed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(site.config(), site.text("port = " + taken.getLocalPort()));

            assertThatThrownBy(() -> site.server().reload())
                    .isInstanceOf(StartException.class)
                    .hasMessage("cannot listen on 127.0.0.1 port " + taken.getLocalPort()
                            + ", TCP: the port is taken; end the program that has it, or name another port");

            assertThat(site.greeting()).isEqualTo("1");
        }
    }

    @Test
    void wildcardTakesThePlaceOfOneOfItsAddressesAndBack() throws Exception {
        // A port that is free on one address may be taken on another, by what earlier tests left behind.
        int port;
        try (ServerSocket everywhere = new ServerSocket(0)) {
            port = everywhere.getLocalPort();
        }
        Files.writeString(site.config(), site.text("port = " + port));
        site.server().reload();
        InetSocketAddress before = site.server().tcp().orElseThrow();
        try (Client live = site.connect()) {
            live.read(7);
            Files.writeString(site.config(), site.text("bind = \"0.0.0.0\"\nport = " + port));
            site.server().reload();

            assertThat(site.server().tcp().orElseThrow().getPort()).isEqualTo(port);
            try (Client elsewhere = Client.to(new InetSocketAddress("127.0.0.2", port))) {
                assertThat(elsewhere.send("THIRD").read(7)).isEqualTo("1>THIRD");
            }
            Files.writeString(site.config(), site.text("port = " + port));
            site.server().reload();

            assertThat(site.server().tcp()).contains(before);
            assertThat(site.greeting()).isEqualTo("1");
            assertThat(live.send("more").read(4)).isEqualTo("more");
        }
    }
}
