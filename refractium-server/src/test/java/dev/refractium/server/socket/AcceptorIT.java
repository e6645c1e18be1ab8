package dev.refractium.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.net.BindOptions;
import dev.refractium.server.net.IoKind;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AcceptorIT {
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final BlockingQueue<Loop> acceptedOn = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource(IoKind.class)
    void livesOnOneLoopAfterTheOtherAndBack(IoKind io) throws Exception {
        assumeThat(io.missing()).as("what keeps " + io + " from use here").isEmpty();
        CountDownLatch release = new CountDownLatch(1);
        try (Loops loops = new Loops(io, 2)) {
            Acceptor acceptor = Sockets.of(io).listen(ANY, BindOptions.USUAL, false);
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
                    .untilAsserted(() -> assertThatThrownBy(() -> Client.to((InetSocketAddress) acceptor.address()))
                            .isInstanceOf(ConnectException.class));
            move(acceptor, other);
            assertThat(acceptedOn).isEmpty();
        } finally {
            release.countDown();
        }
    }

    /** A number that it had may be another socket's by then. */
    @ParameterizedTest
    @EnumSource(IoKind.class)
    void acceptsNothingOnceItIsClosed(IoKind io) throws Exception {
        assumeThat(io.missing()).isEmpty();
        try (Loops loops = new Loops(io, 1)) {
            Acceptor closed = Sockets.of(io).listen(ANY, BindOptions.USUAL, false);
            move(closed, loops.tcp().get(0));
            closed.close();
            Acceptor another = Sockets.of(io).listen(ANY, BindOptions.USUAL, false);
            try (Client client = Client.to((InetSocketAddress) another.address())) {
                client.send("for the other");
                closed.close();
                assertThat(acceptedOn).isEmpty();
            } finally {
                another.close();
            }
        }
    }

    /** A pause must leave the registration as good as it was, and what arrived meanwhile must be reported. */
    @ParameterizedTest
    @EnumSource(IoKind.class)
    void reportsWhatArrivedWhileItWasPaused(IoKind io) throws Exception {
        assumeThat(io.missing()).isEmpty();
        try (Loops loops = new Loops(io, 1)) {
            Loop loop = loops.tcp().get(0);
            Acceptor acceptor = Sockets.of(io).listen(ANY, BindOptions.USUAL, false);
            move(acceptor, loop);
            for (int i = 0; i < 3; i++) {
                CompletableFuture.runAsync(acceptor::pause, loop::execute).join();
                try (Client client = Client.to((InetSocketAddress) acceptor.address())) {
                    client.send("while paused");
                    CompletableFuture.runAsync(() -> {}, loop::execute).join();
                    assertThat(acceptedOn).isEmpty();
                    CompletableFuture.runAsync(acceptor::arm, loop::execute).join();
                    assertThat(acceptedOn.poll(10, TimeUnit.SECONDS)).isSameAs(loop);
                }
            }
            acceptor.close();
        }
    }

    /** Nothing else tells that connections wait, where an event was lost. */
    @ParameterizedTest
    @EnumSource(IoKind.class)
    void pollAcceptsWhatWasNotReported(IoKind io) throws Exception {
        assumeThat(io.missing()).isEmpty();
        try (Loops loops = new Loops(io, 1)) {
            Loop loop = loops.tcp().get(0);
            Acceptor acceptor = Sockets.of(io).listen(ANY, BindOptions.USUAL, false);
            move(acceptor, loop);
            CompletableFuture.runAsync(acceptor::pause, loop::execute).join();
            try (Client client = Client.to((InetSocketAddress) acceptor.address())) {
                client.send("unreported");
                CompletableFuture.runAsync(acceptor::poll, loop::execute).join();

                assertThat(acceptedOn.poll(10, TimeUnit.SECONDS)).isSameAs(loop);
            }
            acceptor.close();
        }
    }

    /** A plugin may keep the loop for as long as it likes. On NIO the socket is the selector's until it looks again. */
    @Test
    void closesWhateverKeepsItsLoop() throws Exception {
        assumeThat(IoKind.EPOLL.missing()).isEmpty();
        CountDownLatch release = new CountDownLatch(1);
        try (Loops loops = new Loops(IoKind.EPOLL, 1)) {
            Acceptor acceptor = Sockets.of(IoKind.EPOLL).listen(ANY, BindOptions.USUAL, false);
            move(acceptor, loops.tcp().get(0));
            loops.tcp().get(0).execute(() -> await(release));
            acceptor.close();

            assertThatThrownBy(() -> Client.to((InetSocketAddress) acceptor.address()))
                    .isInstanceOf(ConnectException.class);
            assertThat(acceptor.isOpen()).isFalse();
        } finally {
            release.countDown();
        }
    }

    /** So a reload from one to the other has no moment without a listener; a stranger still finds the port taken. */
    @ParameterizedTest
    @EnumSource(IoKind.class)
    void wildcardAndOneOfItsAddressesListenOnOnePortWhileBothShareIt(IoKind io) throws Exception {
        assumeThat(io.missing()).isEmpty();
        Acceptor one = Sockets.of(io).listen(ANY, BindOptions.USUAL, false);
        InetSocketAddress everywhere = new InetSocketAddress("0.0.0.0", ((InetSocketAddress) one.address()).getPort());
        assertThatThrownBy(() -> Sockets.of(io).listen(everywhere, BindOptions.USUAL, false))
                .isInstanceOf(IOException.class);

        one.sharePort(true);
        Acceptor all = Sockets.of(io).listen(everywhere, BindOptions.USUAL, true);
        one.sharePort(false);
        all.sharePort(false);

        assertThatThrownBy(() -> Sockets.of(io).listen(everywhere, BindOptions.USUAL, false))
                .isInstanceOf(IOException.class);
        one.close();
        Client.to((InetSocketAddress) one.address()).close();
        all.close();
    }

    private void move(Acceptor acceptor, Loop loop) {
        Runnable move = () -> {
            acceptor.register(loop, on -> took(acceptor, on));
            acceptor.arm();
        };
        CompletableFuture.runAsync(move, loop::execute).join();
    }

    /** Where a connection is accepted. */
    private @Nullable Loop connected(Acceptor acceptor) throws Exception {
        try (Client client = Client.to((InetSocketAddress) acceptor.address())) {
            assertThat(client.rest().text()).isEmpty();
            return acceptedOn.poll(30, TimeUnit.SECONDS);
        }
    }

    /** On the loop, or on the thread that closes. */
    private boolean took(Acceptor acceptor, Loop loop) {
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
