package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A backend whose queue of connections is full, so that the kernel drops connects. A kernel tries again after a second,
 * and then connects or is refused, depending on what the backend has done meanwhile.
 */
public final class LateBackend implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;
    private static final int MOST = 16;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<SocketChannel> queued = new ArrayList<>();

    public LateBackend() throws IOException {
        listener.setSoTimeout(PATIENCE_MS);
    }

    /** As a route names it. */
    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Accepts the health check's first probe and no connection after it. */
    public void fill() throws IOException {
        listener.accept().close();
        for (int i = 0; i < MOST; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
            // On loopback a connect that succeeds does so at once.
            if (!channel.finishConnect()) {
                channel.close();
                return;
            }
            queued.add(channel);
        }
        throw new IOException("the queue takes more than " + MOST);
    }

    /** Accepts connects that are repeated; returns the first. */
    public Socket accept() throws IOException {
        Set<Integer> fillers = new HashSet<>();
        for (SocketChannel channel : queued) {
            fillers.add(((InetSocketAddress) channel.getLocalAddress()).getPort());
        }
        while (true) {
            Socket socket = listener.accept();
            if (!fillers.contains(socket.getPort())) {
                socket.setSoTimeout(PATIENCE_MS);
                return socket;
            }
            socket.close();
        }
    }

    /** Refuses from now on. */
    public void refuse() throws IOException {
        listener.close();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel channel : queued) {
            channel.close();
        }
    }
}
