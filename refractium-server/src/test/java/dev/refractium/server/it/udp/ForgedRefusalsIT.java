package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ICMP says of every datagram of a client that nobody listens at one of two backends, which is not so: as an attacker may
 * who sees or guesses ports. The firewall of a network of the test's own does it, and lets the server's probes pass.
 */
class ForgedRefusalsIT {
    private static final int QUESTIONS = 300;
    private static final String NETWORK = "ip link set lo up && nft add table inet forged"
            + " && nft 'add chain inet forged in { type filter hook input priority 0; }'";

    @Test
    void noBackendIsTakenAwayAndNoQuestionIsLost(@TempDir Path directory) throws Exception {
        List<String> said = new OwnNetwork(directory.resolve("out"), NETWORK).run(getClass(), TestedIo.name());

        assertThat(said).contains("answered=" + QUESTIONS + " health=up failed=true");
        System.out.printf("forged refusals: %s%n", said);
    }

    /** Runs in that network. */
    public static void main(String[] arguments) throws Exception {
        Protocol protocol = PrefixProtocol.repeatable("repeatable", "Q");
        try (UdpBackend attacked = UdpBackend.echoOn("127.0.0.1");
                UdpBackend other = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.unprobed(Proxy.builder()
                        .io(arguments[0])
                        .protocol(protocol)
                        .route(
                                protocol.name(),
                                r -> r.transport(Transport.UDP).to(attacked.address(), other.address())))) {
            answered(20, proxy);
            refuse(attacked.port());
            int answered = answered(QUESTIONS, proxy);
            System.out.printf(
                    "answered=%d health=%s failed=%s%n",
                    answered, proxy.health(attacked.address()), proxy.failures(attacked.address()) > 0);
        }
        System.exit(0);
    }

    private static int answered(int questions, Proxy proxy) throws IOException {
        int answered = 0;
        for (int i = 0; i < questions; i++) {
            try (UdpClient client = UdpClient.to(proxy.udp())) {
                answered += client.send("Q" + i).read().equals("Q" + i) ? 1 : 0;
            }
        }
        return answered;
    }

    /** Has all datagrams to a port refused but those that are empty: these are the server's probes. */
    private static void refuse(int port) throws IOException, InterruptedException {
        String rule =
                "add rule inet forged in udp dport " + port + " udp length > 8 reject with icmpx port-unreachable";
        if (new ProcessBuilder("nft", rule).inheritIO().start().waitFor() != 0) {
            throw new IOException("nft refused: " + rule);
        }
    }
}
