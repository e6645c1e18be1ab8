package dev.refractium.server.it.support;

import dev.refractium.api.Transport;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * Gives this machine addresses while a wildcard UDP listener runs, takes one away and gives it back, and prints when each
 * answers. A program of its own, to be run where addresses may be added.
 */
public final class LateAddresses {
    private static final int ATTEMPTS = 150;
    private static final int PATIENCE_MS = 100;

    private LateAddresses() {}

    public static void main(String[] arguments) throws Exception {
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .bind("0.0.0.0")
                        .transports(Transport.UDP)
                        .fallback(Transport.UDP, backend.address()))) {
            int port = proxy.udp().getPort();
            for (String address : new String[] {"10.1.2.4", "10.1.2.5"}) {
                ip("add", address);
                System.out.printf("late address: %s answered after %d ms%n", address, answersAfterMs(address, port));
                System.out.println("answered from " + address);
            }
            ip("del", "10.1.2.4");
            ip("add", "10.1.2.4");
            answersAfterMs("10.1.2.4", port);
            System.out.println("answered again from 10.1.2.4");
        }
    }

    private static void ip(String what, String address) throws IOException, InterruptedException {
        int exitCode = new ProcessBuilder("ip", "addr", what, address + "/32", "dev", "lo")
                .inheritIO()
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IOException("ip addr " + what + " " + address + " ended with " + exitCode);
        }
    }

    /** Sends from a new client each time until the answer comes from the address that was asked. */
    private static long answersAfterMs(String address, int port) throws IOException {
        long began = System.nanoTime();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                socket.setSoTimeout(PATIENCE_MS);
                InetSocketAddress asked = new InetSocketAddress(address, port);
                socket.send(new DatagramPacket(new byte[] {1}, 1, asked));
                DatagramPacket answer = new DatagramPacket(new byte[9], 9);
                do {
                    socket.receive(answer);
                } while (!answer.getSocketAddress().equals(asked));
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            } catch (SocketTimeoutException e) {
                // Asked again.
            }
        }
        throw new IOException("no answer from " + address);
    }
}
