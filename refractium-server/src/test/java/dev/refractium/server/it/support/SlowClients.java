package dev.refractium.server.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Many clients that send an "x" when they have connected, and one each second from then on. */
public final class SlowClients implements AutoCloseable {
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final int A_HOST = 100;

    private final Selector selector = Selector.open();
    private final Queue<Slow> due = new ArrayDeque<>();
    private final List<Duration> lifetimes = new ArrayList<>();

    private SlowClients() throws IOException {}

    private static final class Slow {
        private final SocketChannel channel;
        private final long beganAt;
        private long dueAt;

        Slow(SocketChannel channel, long now) {
            this.channel = channel;
            this.beganAt = now;
            this.dueAt = now;
        }
    }

    /** Connects them all, a hundred from each address from 127.0.0.2 on. */
    public static SlowClients connect(int count, InetSocketAddress server) throws IOException {
        SlowClients clients = new SlowClients();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.bind(new InetSocketAddress("127.0.0." + (2 + i / A_HOST), 0));
            // The server's time begins while it connects.
            Slow slow = new Slow(channel, System.nanoTime());
            channel.connect(server);
            channel.configureBlocking(false);
            channel.register(clients.selector, SelectionKey.OP_READ, slow);
            clients.due.add(slow);
        }
        return clients;
    }

    /** Sends, until the server has closed them all. */
    public void serve() {
        try {
            while (!selector.keys().isEmpty()) {
                sendWhatIsDue();
                selector.select(10);
                for (SelectionKey key : selector.selectedKeys()) {
                    readEnd((Slow) key.attachment());
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long each one lived. */
    public List<Duration> lifetimes() {
        return lifetimes;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private void sendWhatIsDue() {
        long now = System.nanoTime();
        for (Slow slow = due.peek(); slow != null && slow.dueAt - now <= 0; slow = due.peek()) {
            due.remove();
            try {
                if (slow.channel.isOpen()) {
                    slow.channel.write(ByteBuffer.wrap(new byte[] {'x'}));
                    slow.dueAt += INTERVAL_NANOS;
                    due.add(slow);
                }
            } catch (IOException e) {
                // Closed by the server; a read reports it.
            }
        }
    }

    private void readEnd(Slow slow) throws IOException {
        int read;
        try {
            read = slow.channel.read(ByteBuffer.allocate(16));
        } catch (IOException e) {
            read = -1;
        }
        if (read < 0) {
            lifetimes.add(Duration.ofNanos(System.nanoTime() - slow.beganAt));
            slow.channel.close();
        }
    }
}
