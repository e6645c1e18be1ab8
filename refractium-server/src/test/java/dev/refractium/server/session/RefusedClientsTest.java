package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.CapturedLog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusedClientsTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final RefusedClients clients = new RefusedClients(now::get);
    private final CapturedLog log = new CapturedLog();

    @AfterEach
    void close() {
        log.close();
    }

    private static InetAddress host(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }

    @Test
    void firstRefusalOfANetworkInAnHourNamesTheKeyAndTheUsualCauses() throws Exception {
        clients.refused(EndReason.OVER_MAX_PER_IP, host("192.0.2.1"));
        clients.refused(EndReason.OVER_RATE_PER_IP, host("192.0.2.1"));
        clients.refused(EndReason.OVER_RATE_PER_IP, host("2001:db8:0:1::7"));
        clients.refused(EndReason.OVER_RATE_PER_IP, host("2001:db8:0:1::8"));

        assertThat(log.lines(""))
                .containsExactly(
                        "WARN client refused by a limit per client client=192.0.2.1 reason=over-max-per-ip"
                                + " key=max_connections_per_ip; if the address stands for many clients (a NAT, SNAT, a balancer"
                                + " that sends no PROXY header), raise the limit or add the address to limits_exempt",
                        "WARN client refused by a limit per client client=2001:db8:0:1::/64 reason=over-rate-per-ip"
                                + " key=new_per_second_per_ip; if the address stands for many clients (a NAT, SNAT, a balancer"
                                + " that sends no PROXY header), raise the limit or add the address to limits_exempt");

        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        clients.refused(EndReason.OVER_MAX_PER_IP, host("192.0.2.1"));

        assertThat(log.lines("client=192.0.2.1")).hasSize(2);
    }

    @Test
    void otherReasonsNameNobody() throws Exception {
        clients.refused(EndReason.OVER_MAX_CONNECTIONS, host("192.0.2.1"));
        clients.refused(EndReason.OVER_RATE, host("192.0.2.1"));
        clients.refused(EndReason.DENIED, host("192.0.2.1"));

        assertThat(log.lines("")).isEmpty();
    }

    @Test
    void floodOfManyClientsIsNamedInPart() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            clients.refused(EndReason.OVER_RATE_PER_IP, host("10.0." + i / 256 + "." + i % 256));
        }

        assertThat(log.lines("client=")).hasSize(RefusedClients.MOST);
        assertThat(log.lines("more clients refused")).hasSize(1);
    }
}
