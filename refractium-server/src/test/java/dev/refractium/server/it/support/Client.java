package dev.refractium.server.it.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A TCP client on a plain socket, which waits thirty seconds at most for anything. Text is one byte a character. */
public final class Client implements AutoCloseable {
    private static final int PATIENCE_MS = (int) Patience.OF_TESTS.toMillis();

    private final Socket socket = new Socket();

    /** The server reset the connection while this side was still connecting, as one that is full does. */
    private boolean refused;

    private Client(@Nullable InetSocketAddress from, InetSocketAddress server) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        if (from != null) {
            socket.bind(from);
        }
        try {
            socket.connect(server, PATIENCE_MS);
        } catch (ConnectException e) {
            socket.close();
            throw e;
        } catch (SocketException e) {
            refused = true;
        }
    }

    /** How a connection ended. */
    public enum Ending {
        FIN,
        RESET
    }

    /** All that came until the end. */
    public record Rest(String text, Ending ending) {}

    /** Connects from 127.0.0.1. */
    public static Client to(InetSocketAddress server) throws IOException {
        return new Client(null, server);
    }

    /** Connects from one of the addresses of this machine, such as 127.0.0.2. */
    public static Client from(String address, InetSocketAddress server) throws IOException {
        return new Client(new InetSocketAddress(address, 0), server);
    }

    public Client send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Client send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends a FIN; goes on reading. */
    public Client finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Waits for {@code count} bytes. */
    public String read(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Waits for the end. */
    public Rest rest() throws IOException {
        if (refused) {
            return new Rest("", Ending.RESET);
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Ending ending = Ending.FIN;
        try {
            byte[] buffer = new byte[65536];
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                text.write(buffer, 0, n);
            }
        } catch (SocketException e) {
            ending = Ending.RESET;
        }
        return new Rest(text.toString(StandardCharsets.ISO_8859_1), ending);
    }

    /** Ends with a reset. */
    public void reset() throws IOException {
        if (!refused) {
            socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
