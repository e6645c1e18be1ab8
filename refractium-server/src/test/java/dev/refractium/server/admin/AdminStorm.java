package dev.refractium.server.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Hostile clients of an HTTP server, on one thread: some send nothing, some a header by a byte each second, some a header
 * that never ends, some a hundred requests whose answers they do not read.
 */
final class AdminStorm implements AutoCloseable {
    private static final int TICK_MS = 10;
    private static final int CONNECTS_PER_TICK = 10;
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final String HEAD = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n";
    private static final byte[] REQUESTS = (HEAD + "\r\n").repeat(100).getBytes(US_ASCII);
    private static final byte[] HUGE = (HEAD + "X: " + "x".repeat(100_000)).getBytes(US_ASCII);

    private enum Kind {
        SILENT,
        SLOW,
        HUGE,
        PIPELINED
    }

    private final InetSocketAddress server;
    private final boolean again;
    private final Selector selector = Selector.open();
    private final Deque<Kind> waiting = new ArrayDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "hostile clients");
    private volatile boolean ended;

    /**
     * Starts the clients, a thousand in a second.
     *
     * @param again whether a client that was closed comes again
     */
    AdminStorm(InetSocketAddress server, int clients, boolean again) throws IOException {
        this.server = server;
        this.again = again;
        for (int i = 0; i < clients; i++) {
            waiting.add(Kind.values()[i % Kind.values().length]);
        }
        thread.start();
    }

    /** Returns how many are connected, or try to be. */
    int open() {
        return open.get();
    }

    /** Returns how many the server has closed. */
    int closed() {
        return closed.get();
    }

    private void run() {
        long slow = System.nanoTime();
        try {
            while (!ended) {
                for (int i = 0; i < CONNECTS_PER_TICK && !waiting.isEmpty(); i++) {
                    connect(waiting.remove());
                }
                selector.select(this::ready, TICK_MS);
                if (System.nanoTime() - slow > SLOW_NANOS) {
                    slow = System.nanoTime();
                    selector.keys().stream()
                            .filter(key -> key.attachment() == Kind.SLOW)
                            .filter(key -> ((SocketChannel) key.channel()).isConnected())
                            .forEach(key -> send(key, new byte[] {'x'}));
                }
            }
            selector.keys().forEach(this::close);
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void connect(Kind kind) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_LINGER, 0); // No port shall wait after the end.
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_CONNECT, kind);
        open.incrementAndGet();
        channel.connect(server);
    }

    private void ready(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                switch ((Kind) key.attachment()) {
                    case SILENT -> {}
                    case SLOW -> send(key, HEAD.getBytes(US_ASCII));
                    case HUGE -> send(key, HUGE);
                    case PIPELINED -> {
                        send(key, REQUESTS);
                        key.interestOps(0);
                    }
                }
            } else if (channel.read(ByteBuffer.allocate(1_024)) < 0) {
                lost(key);
            }
        } catch (IOException e) {
            lost(key);
        }
    }

    private void send(SelectionKey key, byte[] bytes) {
        try {
            ((SocketChannel) key.channel()).write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            lost(key);
        }
    }

    private void lost(SelectionKey key) {
        close(key);
        closed.incrementAndGet();
        if (again) {
            waiting.add((Kind) key.attachment());
        }
    }

    private void close(SelectionKey key) {
        try {
            key.channel().close();
            open.decrementAndGet();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        ended = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
