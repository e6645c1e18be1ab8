package dev.refractium.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** Sends the bytes of one client to a server and waits for what it does. */
final class Wire {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** How many times its patience a server has after the end of the stream, at which servers answer or close. */
    private static final int LAST = 20;

    private Wire() {}

    /**
     * Returns what the server did. A server that does not answer within {@code patience} is shown the end of the stream,
     * and has longer than that before it counts as silent.
     *
     * @throws IOException if the server does not accept the connection
     */
    static Served exchange(InetSocketAddress server, byte[] bytes, Reading reading, Duration patience)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server, (int) CONNECT.toMillis());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) patience.toMillis());
            try {
                socket.getOutputStream().write(bytes);
            } catch (IOException e) {
                // A server may answer and close before it has read everything: the answer counts.
            }
            return reply(socket, bytes, reading, patience);
        }
    }

    private static Served reply(Socket socket, byte[] sent, Reading reading, Duration patience) throws IOException {
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        byte[] chunk = new byte[16 * 1024];
        boolean halfClosed = false;
        while (true) {
            int count;
            try {
                count = read(socket.getInputStream(), chunk);
            } catch (SocketTimeoutException e) {
                if (halfClosed) {
                    return new Served.Refused("silent");
                }
                halfClosed = true;
                socket.setSoTimeout(LAST * (int) patience.toMillis());
                halfClose(socket);
                continue;
            }
            reply.write(chunk, 0, Math.max(0, count));
            Optional<Served> served = reading.read(sent, reply.toByteArray(), count < 0);
            if (served.isPresent()) {
                return served.get();
            }
            if (count < 0) {
                return new Served.Refused("closed");
            }
        }
    }

    /** Returns the count of bytes; -1 at the end, which a reset is as well. */
    private static int read(InputStream in, byte[] chunk) throws SocketTimeoutException {
        try {
            return in.read(chunk);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return -1;
        }
    }

    private static void halfClose(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // It has been reset: the next read reports that.
        }
    }
}
