package dev.refractium.server.upstream;

import dev.refractium.api.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One address that sessions are relayed to, with its health. There is one object an address and transport, shared by
 * the pools that name it. Any thread.
 */
public final class Backend {
    /** So many failures in a row make a backend count as down. */
    static final int FALL = 2;

    /** How long a backend that no probe can see, such as one of UDP, counts as down after it failed. */
    private static final long UNPROBED_DOWN_NANOS = 5_000_000_000L;

    private final String host;
    private final int port;
    private final Transport transport;
    private final AtomicInteger rotation = new AtomicInteger();
    private final LongAdder connects = new LongAdder();
    private final LongAdder failures = new LongAdder();

    /** Written by the resolver, read by event loops. Empty until the name resolves. */
    private volatile List<InetSocketAddress> addresses = List.of();

    /** Written by probes and event loops, read by event loops: a lost update costs one probe, so no lock. */
    private volatile int failuresInARow;

    private volatile long failedAt;
    private volatile boolean probed;
    /** Written by whoever reloads, read by probes and the resolver. */
    private volatile boolean dropped;

    public Backend(String host, int port, Transport transport) {
        this.host = host;
        this.port = port;
        this.transport = transport;
    }

    /** What is known of a backend's health. */
    public enum Health {
        /** Not asked yet; counts as usable. */
        UNKNOWN,
        UP,
        DOWN
    }

    /** The host as configured. */
    public String host() {
        return host;
    }

    /** The transport that it is reached by. */
    public Transport transport() {
        return transport;
    }

    /** Whether the host is a name that still has no address. */
    public boolean isUnresolved() {
        return addresses.isEmpty();
    }

    /** Whether no generation names it any more: it is neither probed nor looked up again. */
    public boolean isDropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }

    /** Replaces the addresses that the host stands for. */
    public void resolved(List<InetAddress> hosts) {
        addresses = hosts.stream().map(a -> new InetSocketAddress(a, port)).toList();
    }

    /** All addresses that it has now, unmodifiable. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** The address to connect to next, in turn; null while the name does not resolve. */
    public @Nullable InetSocketAddress address() {
        List<InetSocketAddress> now = addresses;
        return switch (now.size()) {
            case 0 -> null;
            case 1 -> now.get(0);
            default -> now.get(Math.floorMod(rotation.getAndIncrement(), now.size()));
        };
    }

    /** Whether sessions should go here first. An unknown backend is usable. */
    public boolean isUsable() {
        return health() != Health.DOWN && !addresses.isEmpty();
    }

    /** What its probes and its sessions' connects say. */
    public Health health() {
        if (failuresInARow >= FALL && (probed || System.nanoTime() - failedAt < UNPROBED_DOWN_NANOS)) {
            return Health.DOWN;
        }
        return connects.sum() == 0 && !probed ? Health.UNKNOWN : Health.UP;
    }

    /** A connect or a probe succeeded. */
    public void succeeded() {
        if (failuresInARow != 0) {
            failuresInARow = 0;
        }
        connects.increment();
    }

    /** A connect or a probe failed. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // see the field
    public void failed() {
        failedAt = System.nanoTime();
        failuresInARow = Math.min(FALL, failuresInARow + 1);
        failures.increment();
    }

    /** How many connects and probes failed so far. */
    public long failures() {
        return failures.sum();
    }

    /** Says that a probe watches this backend: it stays down until one succeeds. */
    public void watched() {
        probed = true;
    }

    /** How many sessions and probes have connected so far. */
    public long connects() {
        return connects.sum();
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
