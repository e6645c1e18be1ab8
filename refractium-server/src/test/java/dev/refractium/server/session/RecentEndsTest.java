package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.session.RecentEnds.Ended;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

class RecentEndsTest {
    private final RecentEnds recent = new RecentEnds();

    @Test
    void theFirstEndOfEachReasonBetweenTwoCollectionsIsKept() {
        refuse(EndReason.UNMATCHED, 1);
        refuse(EndReason.UNMATCHED, 2);
        refuse(EndReason.DENIED, 3);
        assertThat(recent.collect()).extracting(RecentEndsTest::port).containsExactly(1, 3);

        refuse(EndReason.UNMATCHED, 4);
        refuse(EndReason.UNMATCHED, 5);
        assertThat(recent.collect()).extracting(RecentEndsTest::port).containsExactly(1, 4, 3);
    }

    @Test
    void theNewestOfAReasonAreKept() {
        for (int port = 1; port <= 2 * RecentEnds.MOST; port++) {
            refuse(EndReason.UNMATCHED, port);
            recent.collect();
        }

        assertThat(recent.collect())
                .extracting(RecentEndsTest::port)
                .hasSize(RecentEnds.MOST)
                .endsWith(2 * RecentEnds.MOST);
    }

    private void refuse(EndReason why, int port) {
        recent.add(why, client(port), null, null);
    }

    private static SocketAddress client(int port) {
        return InetSocketAddress.createUnresolved("client", port);
    }

    private static int port(Ended ended) {
        return ((InetSocketAddress) ended.facts().client()).getPort();
    }
}
