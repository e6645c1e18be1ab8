package dev.refractium.plugins.parts.hook;

import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many refused sessions are written: a few of each client in a window of time, and of so many clients. The
 * others are counted, and the last of them stands for all when the window is over. A client is an IPv4 address or the /64
 * of an IPv6 one. Any thread.
 */
public final class RefusalLimit {
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    static final int MOST_EACH = 5;
    static final int MOST_CLIENTS = 100;

    private final LongSupplier nanoTime;
    private final Map<ByteBuffer, Tally> clients = new LinkedHashMap<>();
    private Tally others = new Tally();
    private long began;

    /** @param nanoTime as {@link System#nanoTime} */
    public RefusalLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /**
     * What is to be written.
     *
     * @param count how many refused sessions this one stands for, itself included
     */
    public record Refusal(Session session, SessionEnd end, long count) {}

    /** Takes a refused session, and returns what is to be written now: it may be written itself, and what is {@link #due}. */
    public synchronized List<Refusal> add(Session session, SessionEnd end) {
        List<Refusal> due = due();
        Tally tally = tally(session);
        if (tally != others && tally.written < MOST_EACH) {
            tally.written++;
            due.add(new Refusal(session, end, 1));
        } else {
            tally.last = new Refusal(session, end, tally.last == null ? 1 : tally.last.count + 1);
        }
        return due;
    }

    /** What stands for the sessions that were left out, once their window is over. */
    public synchronized List<Refusal> due() {
        return nanoTime.getAsLong() - began < WINDOW_NANOS ? new ArrayList<>() : rest();
    }

    /** What stands for the sessions that were left out so far; another window begins. */
    public synchronized List<Refusal> rest() {
        List<Refusal> rest = new ArrayList<>();
        clients.values().forEach(tally -> tally.addTo(rest));
        others.addTo(rest);
        clients.clear();
        others = new Tally();
        began = nanoTime.getAsLong();
        return rest;
    }

    private Tally tally(Session session) {
        ByteBuffer client = client(session);
        Tally known = clients.get(client);
        if (known == null && clients.size() < MOST_CLIENTS) {
            known = new Tally();
            clients.put(client, known);
        }
        return known == null ? others : known;
    }

    /** An address that is not of the Internet is one client: that of this machine. */
    private static ByteBuffer client(Session session) {
        if (!(session.client() instanceof InetSocketAddress client)) {
            return ByteBuffer.allocate(0);
        }
        byte[] address = client.getAddress().getAddress();
        return ByteBuffer.wrap(address, 0, address.length == 4 ? 4 : 8);
    }

    private static final class Tally {
        private int written;

        /** The last that was left out, with the count of all that were; null if none was. */
        private @Nullable Refusal last;

        void addTo(List<Refusal> rest) {
            if (last != null) {
                rest.add(last);
            }
        }
    }
}
