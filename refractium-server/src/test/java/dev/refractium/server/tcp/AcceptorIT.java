package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.net.Io;
import dev.refractium.server.net.Loop;
import dev.refractium.server.net.Loops;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AcceptorIT {
    private final BlockingQueue<Loop> acceptedOn = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource(Io.class)
    void livesOnOneLoopAfterTheOtherAndBack(Io io) throws Exception {
        assumeThat(io.missing()).as("what keeps " + io + " from use here").isEmpty();
        CountDownLatch release = new CountDownLatch(1);
        try (Loops loops = new Loops(io, 2)) {
            Acceptor acceptor = Sockets.of(io).listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Loop one = loops.tcp().get(0);
            Loop other = loops.tcp().get(1);
            move(acceptor, one);
            assertThat(connected(acceptor)).isSameAs(one);

            one.execute(() -> await(release));
            move(acceptor, other);
            assertThat(connected(acceptor)).as("while the first is kept").isSameAs(other);
            release.countDown();
            move(acceptor, other);
            assertThat(connected(acceptor)).isSameAs(other);
            move(acceptor, one);
            assertThat(connected(acceptor)).isSameAs(one);
            acceptor.close();

            // The JDK holds a socket that has moved open until the loop which it has left selects.
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(() -> Client.to(acceptor.address()))
                            .isInstanceOf(ConnectException.class));
            move(acceptor, other);
            assertThat(acceptedOn).isEmpty();
        } finally {
            release.countDown();
        }
    }

    /** A number that it had may be another socket's by then. */
    @ParameterizedTest
    @EnumSource(Io.class)
    void acceptsNothingOnceItIsClosed(Io io) throws Exception {
        assumeThat(io.missing()).isEmpty();
        try (Loops loops = new Loops(io, 1)) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            Acceptor closed = Sockets.of(io).listen(any);
            move(closed, loops.tcp().get(0));
            closed.close();
            Acceptor another = Sockets.of(io).listen(any);
            try (Client client = Client.to(another.address())) {
                client.send("for the other");
                closed.close();
                assertThat(acceptedOn).isEmpty();
            } finally {
                another.close();
            }
        }
    }

    private void move(Acceptor acceptor, Loop loop) {
        Runnable move = () -> {
            acceptor.register(loop, on -> took(acceptor, on));
            acceptor.resume();
        };
        CompletableFuture.runAsync(move, loop::execute).join();
    }

    /** Where a connection is accepted. */
    private @Nullable Loop connected(Acceptor acceptor) throws Exception {
        try (Client client = Client.to(acceptor.address())) {
            assertThat(client.rest().text()).isEmpty();
            return acceptedOn.poll(30, TimeUnit.SECONDS);
        }
    }

    private boolean took(Acceptor acceptor, Loop loop) {
        assertThat(loop.isCurrent()).isTrue();
        try {
            Acceptor.Arrival arrival = acceptor.accept();
            if (arrival != null) {
                acceptedOn.add(loop);
                arrival.side().end(true);
            }
            return arrival != null;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
