package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class EndLogTest {
    @Test
    void aFloodOfRefusedConnectionsAllocatesNothing() {
        EndLog log = new EndLog(new Sessions());
        InetAddress client = InetAddress.getLoopbackAddress();
        refuse(log, client, 50_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        refuse(log, client, 100_000);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
    }

    private static void refuse(EndLog log, InetAddress client, int times) {
        for (int i = 0; i < times; i++) {
            log.end(End.OVER_MAX_CONNECTIONS, client, null);
        }
    }
}
