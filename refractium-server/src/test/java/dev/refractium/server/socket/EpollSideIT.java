package dev.refractium.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.it.support.Patience;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EpollSideIT {
    private static final int SIDES = 50;

    /** The loop must not look for its registration, which would take time that grows with the number of descriptors. */
    @Test
    void endedSideHasTheNumberOfNoDescriptor() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        EpollSide side = EpollSide.dialling(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        int number = side.fd().intValue();

        side.end(false);

        assertThat(number).isPositive();
        assertThat(side.fd().intValue()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void nextSideOfItsNumberIsNotified() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).as("epoll").isEmpty();
        Set<Integer> numbers = new HashSet<>();
        try (Loops loops = new Loops(IoKind.EPOLL, 1);
                TestBackend backend = TestBackend.named("greeting")) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), backend.port());
            for (int i = 0; i < SIDES; i++) {
                CompletableFuture<Integer> notified = new CompletableFuture<>();

                loops.tcp().get(0).execute(() -> dial(loops.tcp().get(0), address, notified));

                numbers.add(notified.get(Patience.OF_TESTS.toSeconds(), TimeUnit.SECONDS));
            }
        }
        assertThat(numbers)
                .as("numbers of descriptors, most of which were used again")
                .hasSizeLessThan(SIDES / 2);
    }

    /** Ends the side when its peer has sent bytes, and completes {@code notified} by its number. */
    private static void dial(Loop loop, InetSocketAddress address, CompletableFuture<Integer> notified) {
        try {
            EpollSide side = EpollSide.dialling(address);
            int number = side.fd().intValue();
            side.dial(address, ByteBuffer.allocateDirect(0));
            side.register(loop, (ready, readable, writable) -> {
                ready.end(false);
                notified.complete(number);
            });
            side.interest(true, false);
        } catch (IOException e) {
            notified.completeExceptionally(e);
        }
    }
}
