package dev.refractium.server.it.support;

import static org.awaitility.Awaitility.await;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
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
    /** Processes begin at different ports, since another process may take a free one at any moment. */
    private static final AtomicInteger nextDeadPort =
            new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() * 97 % 10_000));

    private static final long PROBED_WITHIN_NANOS = 250_000_000;

    private final ServerSocket listener;
    private final Handler handler;
    private final Set<CountedSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();

    /** Increased each time that counting restarts. */
    private final AtomicInteger counts = new AtomicInteger();

    private TestBackend(int port, Handler handler) throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), handler);
    }

    private TestBackend(InetSocketAddress address, Handler handler) throws IOException {
        this.listener = new CountedListener();
        this.handler = handler;
        listener.bind(address, 4096);
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
        return namedAt(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), name);
    }

    /** As {@link #named}, at this address of the loopback network. */
    public static TestBackend namedAt(InetSocketAddress address, String name) throws IOException {
        return new TestBackend(address, socket -> {
            socket.getOutputStream().write((name + ">").getBytes(StandardCharsets.ISO_8859_1));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    /** Returns a port without a listener, another one each time, below the ports of outgoing connections. */
    public static int deadPort() throws IOException {
        for (int port = nextDeadPort.getAndIncrement(); port < 32768; port = nextDeadPort.getAndIncrement()) {
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException e) {
                // Somebody else's; the next one.
            }
        }
        throw new IOException("no port below 32768 is left");
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** As a route names it. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /**
     * Connections since the start, or since {@link #forget}, but for probes: those that have left without a byte, as
     * the server's probes do all the time. Waits for those that may be about to.
     */
    public int accepted() {
        await().until(() -> open.stream().noneMatch(CountedSocket::mayBeProbe));
        return accepted.get();
    }

    /** Connections that have left without a byte. */
    public int probes() {
        return probes.get();
    }

    /** Connections that are open now. */
    public int open() {
        return open.size();
    }

    /** Begins to count connections from 0. */
    public void forget() {
        synchronized (counts) {
            counts.incrementAndGet();
            accepted.set(0);
        }
    }

    /** Stops listening; what is open goes on. */
    public void stopListening() throws IOException {
        listener.close();
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
                CountedSocket socket = (CountedSocket) listener.accept();
                synchronized (counts) {
                    socket.count = counts.get();
                    accepted.incrementAndGet();
                }
                open.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(CountedSocket socket) {
        try (socket) {
            handler.serve(socket);
        } catch (IOException e) {
            // The peer's right: tests look at what the client sees.
        } finally {
            if (!socket.hasSpoken) {
                probes.incrementAndGet();
                synchronized (counts) {
                    accepted.addAndGet(socket.count == counts.get() ? -1 : 0);
                }
            }
            open.remove(socket);
        }
    }

    /** Its connections know whether a byte has come. */
    private static final class CountedListener extends ServerSocket {
        CountedListener() throws IOException {}

        @Override
        public Socket accept() throws IOException {
            CountedSocket socket = new CountedSocket();
            implAccept(socket);
            socket.began = System.nanoTime();
            return socket;
        }
    }

    private static final class CountedSocket extends Socket {
        /** The count that was current when it was accepted. The object is made before that, and may have waited through several. */
        private volatile int count;

        private volatile long began;
        private volatile boolean hasSpoken;

        /** A probe leaves at once. */
        boolean mayBeProbe() {
            return !hasSpoken && System.nanoTime() - began < PROBED_WITHIN_NANOS;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    return noted(super.read());
                }

                @Override
                public int read(byte[] to, int from, int most) throws IOException {
                    return noted(super.read(to, from, most));
                }

                private int noted(int read) {
                    hasSpoken |= read >= 0;
                    return read;
                }
            };
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "test-backend");
        thread.setDaemon(true);
        thread.start();
    }
}
