package dev.refractium.server.tcp;

import dev.refractium.server.net.Loop;
import dev.refractium.server.socket.Side;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A side without a socket: a test says what it has to read and how much it takes, and sees what was done to it. */
final class MemorySide extends Side {
    /** What there is to read. */
    private byte[] incoming = new byte[0];

    private int read;
    private int afterIncoming;
    private boolean breaksOnce;
    private int room = Integer.MAX_VALUE;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /** How much each read asked for, and each write offered. */
    final List<Integer> reads = new ArrayList<>();

    final List<Integer> writes = new ArrayList<>();
    int fins;
    int keptAlive;
    int ends;
    boolean readInterest;
    boolean writeInterest;

    /** How often an interest was set, each of which may cost a system call. */
    int interests;

    /** These bytes can be read, after what there is. */
    MemorySide says(byte[] bytes) {
        ByteBuffer all = ByteBuffer.allocate(incoming.length - read + bytes.length);
        all.put(incoming, read, incoming.length - read).put(bytes);
        incoming = all.array();
        read = 0;
        return this;
    }

    /** What a read returns when all has been read: END or BROKEN. */
    MemorySide then(int end) {
        afterIncoming = end;
        return this;
    }

    /** A read says once that the side broke, and goes on with what there is after that. */
    MemorySide breaksOnce() {
        breaksOnce = true;
        return this;
    }

    /** Takes so many bytes from now on, or is {@link Side#BROKEN}. */
    MemorySide takes(int bytes) {
        room = bytes;
        return this;
    }

    byte[] written() {
        return written.toByteArray();
    }

    /** How many bytes have not been read yet. */
    int unread() {
        return incoming.length - read;
    }

    @Override
    @Nullable
    public InetSocketAddress local() {
        return null;
    }

    @Override
    public int read(ByteBuffer buffer) {
        reads.add(buffer.remaining());
        int count = Math.min(buffer.remaining(), incoming.length - read);
        if (count == 0) {
            if (breaksOnce) {
                breaksOnce = false;
                return BROKEN;
            }
            return afterIncoming;
        }
        buffer.put(incoming, read, count);
        read += count;
        return count;
    }

    @Override
    public int write(ByteBuffer buffer) {
        writes.add(buffer.remaining());
        if (room == BROKEN) {
            return BROKEN;
        }
        int count = Math.min(buffer.remaining(), room);
        for (int i = 0; i < count; i++) {
            written.write(buffer.get());
        }
        room -= room == Integer.MAX_VALUE ? 0 : count;
        return count;
    }

    @Override
    public void keepAlive(long stallMs) {
        keptAlive++;
    }

    @Override
    public void shutdownOutput() {
        fins++;
    }

    @Override
    public void interest(boolean read, boolean write) {
        readInterest = read;
        writeInterest = write;
        interests++;
    }

    @Override
    public void register(Loop loop, Owner owner) {}

    @Override
    public boolean dial(SocketAddress address, ByteBuffer first) {
        return true;
    }

    @Override
    public void awaitDial() {
        throw new UnsupportedOperationException("is connected");
    }

    @Override
    public boolean finishDial() {
        throw new UnsupportedOperationException("is connected");
    }

    @Override
    public void end(boolean reset) {
        ends++;
    }
}
