package dev.refractium.plugins.mirror;

import dev.refractium.api.Chunk;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Datagrams to the other backend, sent or dropped at once. Its answers stay in the socket's buffer and go with it. */
final class Flow implements Tap {
    private final Mirror mirror;
    private final InetSocketAddress address;
    private final DatagramChannel channel;

    Flow(Mirror mirror, InetSocketAddress address) throws IOException {
        this.mirror = mirror;
        this.address = address;
        this.channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void data(Chunk chunk) {
        ByteBuffer datagram = chunk.bytes();
        try {
            // Not connected: the JDK would drop empty datagrams, and errors would come back that are nobody's here.
            channel.send(datagram, address);
        } catch (IOException e) {
            // A datagram may be lost; the next one is tried all the same.
        }
    }

    @Override
    public void closed(SessionEnd end) {
        end();
    }

    /** Any thread; has no effect on one that has ended. */
    void end() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
        mirror.ended(this);
    }
}
