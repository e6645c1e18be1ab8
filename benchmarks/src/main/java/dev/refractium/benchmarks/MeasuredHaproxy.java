package dev.refractium.benchmarks;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** An HAProxy of one thread that relays to the backend: what others pay for the same. Needs it on the path. */
final class MeasuredHaproxy implements Measured {
    private static final Duration START = Duration.ofSeconds(10);

    private final Path config = Files.createTempFile("haproxy", ".cfg");
    private final InetSocketAddress address;
    private final Process process;

    /** Starts one and waits until it listens. */
    MeasuredHaproxy(int connections, int backend) throws IOException, InterruptedException {
        address = freeAddress();
        Files.writeString(config, String.format(Locale.ROOT, """
                        global
                            nbthread 1
                            maxconn %d
                        defaults
                            mode tcp
                            timeout connect 5s
                            timeout client 1h
                            timeout server 1h
                        listen relay
                            bind 127.0.0.1:%d
                            server backend 127.0.0.1:%d
                        """, connections, address.getPort(), backend));
        process = new ProcessBuilder("haproxy", "-q", "-db", "-f", config.toString())
                .inheritIO()
                .start();
        long end = System.nanoTime() + START.toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                throw new IOException("haproxy does not start");
            }
            Thread.sleep(10); // it does not say when it is ready: that is asked again
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public long cpuNanos() {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            Files.deleteIfExists(config);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean listens() throws IOException {
        try (Socket probe = new Socket(address.getAddress(), address.getPort())) {
            return probe.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
    }
}
