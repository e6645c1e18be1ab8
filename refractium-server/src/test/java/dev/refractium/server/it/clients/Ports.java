package dev.refractium.server.it.clients;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Random;

/** Ports of 127.0.0.1 for servers that cannot choose a free one themselves and report it. */
final class Ports {
    /** Below what Linux gives to outgoing connections, so that none takes the port before its server does. */
    private static final int FIRST = 15_000;

    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 100;
    private static final int ANSWER_MS = 100;
    private static final Random random = new Random();

    private Ports() {}

    /** A port that is free on TCP and UDP. */
    static int free() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (ServerSocket tcp = new ServerSocket(random.nextInt(FIRST, LAST), 1, loopback());
                    DatagramSocket udp = new DatagramSocket(tcp.getLocalPort(), loopback())) {
                return udp.getLocalPort();
            } catch (BindException e) {
                // Taken: another one.
            }
        }
        throw new IOException("no free port between " + FIRST + " and " + LAST);
    }

    /** Whether a TCP server accepts there. */
    static boolean accepts(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(loopback(), port));
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Returns whether a UDP socket is bound to the port: ICMP reports that none is; a bound one may answer or not. */
    static boolean hears(int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(loopback(), port);
            socket.setSoTimeout(ANSWER_MS);
            socket.send(new DatagramPacket(new byte[] {'?'}, 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (PortUnreachableException e) {
            return false;
        }
    }

    static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }
}
