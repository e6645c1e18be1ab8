package dev.refractium.server.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP server on loopback that runs its handler on a thread for each connection. Any thread. */
public final class TestBackend implements AutoCloseable {
    private final ServerSocket listener;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    private TestBackend(int port, Handler handler) throws IOException {
        this.listener = new ServerSocket();
        this.handler = handler;
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
        daemon(this::accept);
    }

    /** Serves one connection, which is closed when this returns or throws. */
    public interface Handler {
        void serve(Socket socket) throws IOException;
    }

    /** Serves with {@code handler} on a free port. */
    public static TestBackend serving(Handler handler) throws IOException {
        return new TestBackend(0, handler);
    }

    /** Greets with {@code name} and ">", then sends everything back. */
    public static TestBackend named(String name) throws IOException {
        return namedAt(0, name);
    }

    /** As {@link #named}, on this port. */
    public static TestBackend namedAt(int port, String name) throws IOException {
        return new TestBackend(port, socket -> {
            socket.getOutputStream().write((name + ">").getBytes(StandardCharsets.ISO_8859_1));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    /** A port that nobody listens on. */
    public static int deadPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return taken.getLocalPort();
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** As a route names it. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Connections since the start, or since {@link #forget}. */
    public int accepted() {
        return accepted.get();
    }

    /** Connections that are open now. */
    public int open() {
        return open.size();
    }

    /** Begins to count connections from 0. */
    public void forget() {
        accepted.set(0);
    }

    /** Stops listening and breaks what is open. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                open.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            handler.serve(socket);
        } catch (IOException e) {
            // The peer's right: tests look at what the client sees.
        } finally {
            open.remove(socket);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "test-backend");
        thread.setDaemon(true);
        thread.start();
    }
}
