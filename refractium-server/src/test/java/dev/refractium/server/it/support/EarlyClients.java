package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Clients that have their descriptors before they connect, so that they can when this process has no more of them. */
public final class EarlyClients implements AutoCloseable {
    private final List<SocketChannel> channels = new ArrayList<>();

    public EarlyClients(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            channels.add(SocketChannel.open());
        }
    }

    /** Connects all; the kernel accepts for a server that cannot. */
    public void connect(InetSocketAddress server) throws IOException {
        for (SocketChannel channel : channels) {
            channel.connect(server);
        }
    }

    /** Returns how many of them get {@code answer} to {@code question}. */
    public int served(String question, String answer) throws IOException {
        int served = 0;
        for (SocketChannel channel : channels) {
            channel.socket().setSoTimeout(10_000);
            channel.write(ByteBuffer.wrap(question.getBytes(StandardCharsets.ISO_8859_1)));
            byte[] got = channel.socket().getInputStream().readNBytes(answer.length());
            served += new String(got, StandardCharsets.ISO_8859_1).equals(answer) ? 1 : 0;
        }
        return served;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
