package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopsTest {
    /** More than a loop does before it looks at its sockets again. */
    private static final int TASKS = 1_000;

    @Test
    void whatALoopWasAskedIsDoneBeforeItClosesWhatIsLeft() throws Exception {
        AtomicInteger done = new AtomicInteger();
        try (Loops loops = new Loops(Io.NIO, 1);
                Watched socket = new Watched(done)) {
            Loop loop = loops.tcp().get(0);
            Thread closer = new Thread(loops::close);
            CountDownLatch registered = new CountDownLatch(1);
            loop.execute(() -> {
                loop.register(socket);
                registered.countDown();
                awaitWaiting(closer);
            });
            registered.await();
            for (int i = 0; i < TASKS; i++) {
                loop.execute(done::incrementAndGet);
            }

            closer.start();
            closer.join();

            assertThat(socket.doneWhenClosed).isEqualTo(TASKS);
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    private static final class Watched implements NioIoHandle {
        private final DatagramChannel channel = DatagramChannel.open();
        private final AtomicInteger done;
        private int doneWhenClosed = -1;

        Watched(AtomicInteger done) throws IOException {
            this.done = done;
            channel.configureBlocking(false);
        }

        @Override
        public SelectableChannel selectableChannel() {
            return channel;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {}

        @Override
        public void close() throws IOException {
            if (doneWhenClosed < 0) {
                doneWhenClosed = done.get();
            }
            channel.close();
        }
    }
}
