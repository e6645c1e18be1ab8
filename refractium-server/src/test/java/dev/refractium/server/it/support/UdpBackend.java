package dev.refractium.server.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A UDP server on a free loopback port, which answers each datagram or none. Any thread. */
public final class UdpBackend implements AutoCloseable {
    private final DatagramSocket socket;
    private final Function<byte[], Optional<byte[]>> answer;
    private final Duration delay;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "udp-backend-later");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<SocketAddress> peers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger received = new AtomicInteger();

    private UdpBackend(InetSocketAddress address, Function<byte[], Optional<byte[]>> answer) throws IOException {
        this(address, answer, Duration.ZERO);
    }

    private UdpBackend(InetSocketAddress address, Function<byte[], Optional<byte[]>> answer, Duration delay)
            throws IOException {
        this.socket = new DatagramSocket(address);
        this.answer = answer;
        this.delay = delay;
        socket.setReceiveBufferSize(1 << 20);
        Thread thread = new Thread(this::serve, "udp-backend");
        thread.setDaemon(true);
        thread.start();
    }

    /** Answers with {@code name}, ">" and what it got. */
    public static UdpBackend named(String name) throws IOException {
        byte[] greeting = (name + ">").getBytes(StandardCharsets.ISO_8859_1);
        return new UdpBackend(on("127.0.0.1"), datagram -> {
            byte[] both = Arrays.copyOf(greeting, greeting.length + datagram.length);
            System.arraycopy(datagram, 0, both, greeting.length, datagram.length);
            return Optional.of(both);
        });
    }

    /** Answers with what it got, on this address of this machine. */
    public static UdpBackend echoOn(String address) throws IOException {
        return new UdpBackend(on(address), Optional::of);
    }

    /** Answers with what it got, on this address and port of this machine. */
    public static UdpBackend echoOn(String address, int port) throws IOException {
        return new UdpBackend(new InetSocketAddress(address, port), Optional::of);
    }

    /** Answers, with what it got, only what begins with this letter. */
    public static UdpBackend picky(char first) throws IOException {
        return new UdpBackend(
                on("127.0.0.1"),
                datagram -> Optional.of(datagram).filter(bytes -> bytes.length > 0 && bytes[0] == first));
    }

    /** Answers nothing. */
    public static UdpBackend silent() throws IOException {
        return new UdpBackend(on("127.0.0.1"), datagram -> Optional.empty());
    }

    /** Answers with what it got, each time after {@code delay}. */
    public static UdpBackend slow(Duration delay) throws IOException {
        return new UdpBackend(on("127.0.0.1"), Optional::of, delay);
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** As a route names it. */
    public String address() {
        String host = socket.getLocalAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + socket.getLocalPort();
    }

    /** Datagrams since the start. */
    public int received() {
        return received.get();
    }

    /** From how many sockets they came: one a flow. */
    public int peers() {
        return peers.size();
    }

    /** Sends to every peer that has sent something. */
    public void sendToAll(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (SocketAddress peer : peers) {
            socket.send(new DatagramPacket(bytes, bytes.length, peer));
        }
    }

    @Override
    public void close() {
        later.shutdownNow();
        socket.close();
    }

    private void serve() {
        byte[] buffer = new byte[65536];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                received.incrementAndGet();
                peers.add(packet.getSocketAddress());
                Optional<byte[]> reply = answer.apply(Arrays.copyOf(buffer, packet.getLength()));
                if (reply.isPresent()) {
                    reply(new DatagramPacket(reply.get(), reply.get().length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void reply(DatagramPacket reply) throws IOException {
        if (delay.isZero()) {
            socket.send(reply);
            return;
        }
        later.schedule(
                () -> {
                    socket.send(reply);
                    return null;
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static InetSocketAddress on(String address) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(address), 0);
    }
}
