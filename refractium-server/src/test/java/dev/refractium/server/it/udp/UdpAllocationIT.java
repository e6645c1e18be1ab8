package dev.refractium.server.it.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.LoopThreads;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much a new flow, a question over an open one and a datagram that no route takes leave to the collector. */
@Alone
class UdpAllocationIT {
    private static final int TIMES = Full.is() ? 100_000 : 4_000;

    /** So few that most new flows evict one: the end of a flow is measured with its beginning. */
    private static final int FLOWS = 256;

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void flowsAndStrangersAllocateLittle(String io) throws Exception {
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .io(TestedIo.usable(io))
                        .transports(Transport.UDP)
                        .udpMaxSessionsPerIp(FLOWS)
                        .route(
                                "test",
                                r -> r.pattern(new byte[] {'R'})
                                        .transport(Transport.UDP)
                                        .to(backend.address())));
                UdpClient open = UdpClient.from("127.0.0.2", proxy.udp());
                UdpClient stranger = UdpClient.from("127.0.0.3", proxy.udp())) {
            Step newFlow = () -> {
                try (UdpClient client = UdpClient.from("127.0.0.1", proxy.udp())) {
                    client.send("R").receive();
                }
            };
            Step question = () -> open.send("R").receive();
            Step both = () -> {
                stranger.send("unknown");
                question.run();
            };
            for (Step step : new Step[] {newFlow, question, both}) {
                allocated(step);
            }

            long flow = allocated(newFlow);
            long asked = allocated(question);
            long unmatched = allocated(both) - asked;

            System.out.printf(
                    "udp: %s: allocated %d B a new flow, %d B a question over an open one, %d B an unmatched datagram%n",
                    io, flow, asked, unmatched);
            boolean nio = io.equals("nio");
            assertThat(flow).isLessThan(nio ? 3_000 : 1_100);
            assertThat(asked).isLessThan(nio ? 500 : 250);
            assertThat(unmatched).isLessThan(nio ? 500 : 250);
        }
    }

    /** Part of a load. */
    private interface Step {
        void run() throws IOException;
    }

    private static long allocated(Step step) throws IOException {
        long before = LoopThreads.allocatedByUdp();
        for (int i = 0; i < TIMES; i++) {
            step.run();
        }
        return (LoopThreads.allocatedByUdp() - before) / TIMES;
    }
}
