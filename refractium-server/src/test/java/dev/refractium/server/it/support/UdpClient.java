package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A UDP client that hears only the address that it asked, as most do, and waits ten seconds at most. Text is one byte a
 * character.
 */
public final class UdpClient implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    /** Not connected: the JDK then drops datagrams of no bytes. */
    private final DatagramSocket socket;

    private final InetSocketAddress server;

    private UdpClient(InetSocketAddress from, InetSocketAddress server) throws IOException {
        socket = new DatagramSocket(from);
        socket.setSoTimeout(PATIENCE_MS);
        socket.setReceiveBufferSize(1 << 20);
        this.server = server;
    }

    /** Asks from any address. */
    public static UdpClient to(InetSocketAddress server) throws IOException {
        return new UdpClient(new InetSocketAddress(0), server);
    }

    /** Sends from one of the addresses of this machine, such as 127.0.0.2. */
    public static UdpClient from(String address, InetSocketAddress server) throws IOException {
        return new UdpClient(new InetSocketAddress(address, 0), server);
    }

    public UdpClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public UdpClient send(byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, server));
        return this;
    }

    /** Waits for a datagram. */
    public byte[] receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        do {
            socket.receive(packet);
        } while (!packet.getSocketAddress().equals(server));
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** Waits for a datagram. */
    public String read() throws IOException {
        return new String(receive(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        socket.close();
    }
}
