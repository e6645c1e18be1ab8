package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** Listens but never accepts; once its queue is full, the kernel drops what else wants to connect. */
public final class FullQueue implements AutoCloseable {
    private final ServerSocket listener;
    private final List<SocketChannel> queue = new ArrayList<>();

    /** Listens on a free port of 127.0.0.1. */
    public FullQueue() throws IOException {
        this(InetAddress.getLoopbackAddress());
    }

    /** Listens on a free port of {@code host}. */
    public FullQueue(InetAddress host) throws IOException {
        listener = new ServerSocket(0, 1, host);
        boolean full = false;
        while (!full) {
            SocketChannel waiting = SocketChannel.open();
            queue.add(waiting);
            waiting.configureBlocking(false);
            waiting.connect(new InetSocketAddress(host, port()));
            full = !waiting.finishConnect();
        }
    }

    /** Returns its port. */
    public int port() {
        return listener.getLocalPort();
    }

    /** As a route names it, of 127.0.0.1. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel waiting : queue) {
            waiting.close();
        }
    }
}
