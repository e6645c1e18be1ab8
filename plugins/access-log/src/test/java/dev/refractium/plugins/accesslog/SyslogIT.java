package dev.refractium.plugins.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Hook;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyslogIT {
    @Test
    void eachLineIsAMessage() throws IOException {
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            receiver.setSoTimeout(30_000);
            FakeSettings settings = FakeSettings.of("syslog", "udp:127.0.0.1:" + receiver.getLocalPort());
            Hook hook = new AccessLogHook().configured(settings);

            Tapping.open(hook, FakeSession.tcp().id("s1")).end("done");
            Tapping.open(hook, FakeSession.tcp().id("s2")).end("done");

            assertThat(settings.problems()).isEmpty();
            assertThat(settings.unknown()).isEmpty();
            assertThat(hook.descriptors()).isEqualTo(1);
            assertThat(next(receiver))
                    .matches(
                            "<134>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z - refractium \\d+ session - "
                                    + "\\{\"start\":.*\"id\":\"s1\".*}");
            assertThat(next(receiver)).contains("\"id\":\"s2\"");
            hook.close();
        }
    }

    @Test
    void nothingWaitsForAReceiverThatIsGone() throws IOException {
        InetSocketAddress gone;
        try (DatagramSocket receiver = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            gone = new InetSocketAddress(InetAddress.getLoopbackAddress(), receiver.getLocalPort());
        }
        Syslog syslog = new Syslog(gone, System::nanoTime, () -> Instant.EPOCH);

        for (int i = 0; i < 1_000; i++) {
            syslog.add("{}\n".getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(syslog.lost()).isPositive();
        syslog.close();
    }

    @Test
    void addressesThatCannotBeSentToAreRefused() {
        List<String> problems = new ArrayList<>();
        for (String address : List.of(
                "unix:/dev/log",
                "udp:localhost:514",
                "udp:300.0.0.1",
                "udp:127.0.0.1:0",
                "tcp:127.0.0.1",
                "udp:[::1")) {
            assertThat(Syslog.address(address, problems::add)).as(address).isEmpty();
        }

        assertThat(problems).hasSize(6);
        assertThat(problems.get(0))
                .isEqualTo(
                        "\"unix:/dev/log\" cannot be sent to: Java has no Unix datagram sockets;"
                                + " let rsyslog listen by imudp and write \"udp:127.0.0.1:514\", or let it read the file by imfile");
        assertThat(problems.get(1)).startsWith("\"udp:localhost:514\" is no syslog address; write an IP address");
        assertThat(Syslog.address("udp:127.0.0.1", problems::add))
                .get()
                .extracting(InetSocketAddress::getPort)
                .isEqualTo(514);
        assertThat(Syslog.address("udp:[::1]:5140", problems::add))
                .get()
                .extracting(InetSocketAddress::getPort)
                .isEqualTo(5140);
        assertThat(problems).hasSize(6);
    }

    private static String next(DatagramSocket receiver) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
        receiver.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }
}
