package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopsTest {
    private static final int TASKS = 1_000;

    @Test
    void tasksOfALoopRunBeforeItClosesItsHandles() throws Exception {
        AtomicInteger done = new AtomicInteger();
        Loops loops = new Loops(IoKind.NIO, 1);
        Loop loop = loops.tcp().get(0);
        Thread closer = new Thread(loops::close);
        try (Watched socket = new Watched(done, closer)) {
            loop.execute(() -> loop.register(socket).submit(NioIoOps.READ));
            socket.wake();
            for (int i = 0; i < TASKS; i++) {
                loop.execute(done::incrementAndGet);
            }

            closer.start();
            closer.join();

            assertThat(done).hasValue(TASKS);
            assertThat(socket.closedEarly).isFalse();
        }
    }

    @Test
    void noThreadThatKeepsTheProcessIsLeftByAnEnd() {
        Loops loops = new Loops(IoKind.NIO, 2);

        loops.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !thread.isDaemon())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("globalEventExecutor"));
    }

    /** Keeps the loop while it looks at its sockets, until somebody waits for its end. */
    private static final class Watched implements NioIoHandle {
        private final CountDownLatch keeps = new CountDownLatch(1);
        private final DatagramChannel channel = DatagramChannel.open();
        private final AtomicInteger done;
        private final Thread closer;
        private boolean closedEarly;

        Watched(AtomicInteger done, Thread closer) throws IOException {
            this.done = done;
            this.closer = closer;
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
        }

        void wake() throws IOException, InterruptedException {
            channel.send(ByteBuffer.allocate(1), channel.getLocalAddress());
            keeps.await();
        }

        @Override
        public SelectableChannel selectableChannel() {
            return channel;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            registration.submit(NioIoOps.NONE);
            keeps.countDown();
            while (closer.getState() != Thread.State.WAITING && closer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() throws IOException {
            closedEarly |= done.get() < TASKS;
            channel.close();
        }
    }
}
