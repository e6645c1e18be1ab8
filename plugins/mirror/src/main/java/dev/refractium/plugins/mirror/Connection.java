package dev.refractium.plugins.mirror;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A stream to the other backend. It is exact or it is cut: where bytes are missing, because the other side is slower than
 * the client for long, the connection is reset, so that nothing is mistaken for what the client sent.
 */
final class Connection implements Tap {
    private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** How long the other side may take to end once the client has: so much for its last answer. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a chunk takes beside its bytes. */
    private static final int CHUNK_COST = 128;

    private final Mirror mirror;
    private final InetSocketAddress address;
    private final SocketChannel channel;
    private final Memory memory;

    /** The hook's thread brings, the mirror's takes; what it holds is counted in {@code queued}. */
    private final Queue<ByteBuffer> waiting = new ConcurrentLinkedQueue<>();

    /** What this connection has of the memory: taken by the hook's threads, given back by the mirror's. */
    private final AtomicLong queued = new AtomicLong();

    /** Set by the hook's thread: no more comes, behind what waits; and that all is to be dropped. */
    private volatile boolean finished;

    private volatile boolean spoiled;

    /** Set by the mirror's thread, once. */
    private volatile boolean ended;

    // The mirror's thread only
    private @Nullable SelectionKey key;
    private boolean connected;
    private boolean shut;
    private boolean answered;
    private long movedAt = System.nanoTime();

    Connection(Mirror mirror, InetSocketAddress address, Memory memory) throws IOException {
        this.mirror = mirror;
        this.address = address;
        this.memory = memory;
        this.channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Has the mirror's thread connect it. */
    Connection begin() {
        wake();
        return this;
    }

    // The hook's threads

    @Override
    public void data(Chunk chunk) {
        ByteBuffer bytes = chunk.bytes();
        if (ended || spoiled) {
            return;
        }
        if (reserve(cost(bytes))) {
            waiting.add(bytes);
            wake();
        } else {
            spoil();
        }
    }

    @Override
    public void lost(Direction direction, long bytes) {
        spoil();
    }

    @Override
    public void closed(SessionEnd end) {
        finished = true;
        wake();
    }

    /** Takes memory, unless the connection has ended, which gave all of its own back, or its share is used up. */
    private synchronized boolean reserve(int cost) {
        if (ended || !memory.take(cost, queued.get())) {
            return false;
        }
        queued.addAndGet(cost);
        return true;
    }

    private void spoil() {
        spoiled = true;
        wake();
    }

    private void wake() {
        if (ended) {
            return;
        }
        try {
            mirror.wake(this);
        } catch (IOException e) {
            abort();
        }
    }

    // The mirror's thread

    /** Something was brought. */
    void advance(Selector selector) {
        if (ended) {
            return;
        }
        try {
            if (spoiled) {
                abort();
            } else if (key == null) {
                key = channel.register(selector, SelectionKey.OP_CONNECT, this);
                if (channel.connect(address)) {
                    connected();
                }
            } else if (connected) {
                flush();
            }
        } catch (IOException | RuntimeException e) {
            abort();
        }
    }

    void ready(SelectionKey ready, ByteBuffer discarded) {
        try {
            if (ready.isConnectable() && channel.finishConnect()) {
                connected();
            }
            if (ready.isReadable()) {
                discard(discarded.clear());
            }
            if (!ended && ready.isWritable()) {
                flush();
            }
        } catch (IOException | RuntimeException e) {
            abort();
        }
    }

    /** Ends what has not moved for too long. */
    void check() {
        long now = System.nanoTime();
        if (connected && !shut && queued.get() == 0) {
            movedAt = now;
        }
        long limit = !connected ? CONNECT_NANOS : shut ? LINGER_NANOS : STALL_NANOS;
        if (now - movedAt > limit) {
            abort();
        }
    }

    /** Resets the connection. Any thread once the mirror's has ended; has no effect on one that has ended. */
    synchronized void abort() {
        if (ended) {
            return;
        }
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException | RuntimeException e) {
            // Not connected, or already reset by the other side.
        }
        end();
    }

    private void connected() throws IOException {
        connected = true;
        movedAt = System.nanoTime();
        flush();
    }

    private void flush() throws IOException {
        ByteBuffer next = waiting.peek();
        while (next != null) {
            int written = channel.write(next);
            if (written > 0) {
                movedAt = System.nanoTime();
            }
            if (next.hasRemaining()) {
                interest(SelectionKey.OP_WRITE);
                return;
            }
            waiting.remove();
            release(cost(next));
            next = waiting.peek();
        }
        interest(0);
        if (isAllSent() && !shut) {
            shut = true;
            movedAt = System.nanoTime();
            channel.shutdownOutput();
            endIfDone();
        }
    }

    /** Whether the end was said and everything before it is written; the end is asked for first, since it is said last. */
    private boolean isAllSent() {
        return finished && !spoiled && waiting.isEmpty();
    }

    /** Takes an answer, so that the other side is not held up by it. */
    private void discard(ByteBuffer buffer) throws IOException {
        if (channel.read(buffer) < 0) {
            answered = true;
            interest(waiting.isEmpty() ? 0 : SelectionKey.OP_WRITE);
            endIfDone();
        }
    }

    private void endIfDone() {
        if (shut && answered) {
            end();
        }
    }

    private void interest(int writing) {
        if (key != null) {
            key.interestOps(writing | (answered ? 0 : SelectionKey.OP_READ));
        }
    }

    private synchronized void release(long cost) {
        if (!ended) {
            queued.addAndGet(-cost);
            memory.give(cost);
        }
    }

    private static int cost(ByteBuffer bytes) {
        return bytes.limit() + CHUNK_COST;
    }

    private synchronized void end() {
        if (ended) {
            return;
        }
        release(queued.get());
        ended = true;
        waiting.clear();
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone all the same.
        }
        mirror.ended();
    }
}
