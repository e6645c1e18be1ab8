package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.refractium.api.Transport;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class EndLogTest {
    @Test
    void aFloodOfRefusedConnectionsAllocatesNothing() {
        Sessions sessions = new Sessions();
        InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        refuse(sessions, client, 50_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        refuse(sessions, client, 100_000);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
        assertThat(sessions.ends()).containsEntry(EndReason.OVER_MAX_CONNECTIONS, 150_000L);
    }

    private static void refuse(Sessions sessions, InetSocketAddress client, int times) {
        SessionMeter meter =
                sessions.meters().listener(Transport.TCP, "default").undecided();
        for (int i = 0; i < times; i++) {
            sessions.refuse(meter, EndReason.OVER_MAX_CONNECTIONS, client, null);
        }
    }
}
