package dev.refractium.server.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of this machine, as they were a few seconds ago. A question never waits for the kernel: it has them read
 * again by a thread of its own, which ends when nobody asks. Any thread.
 */
public final class OwnAddresses {
    public static final OwnAddresses OF_PROCESS = new OwnAddresses();

    private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);
    private static final long AGED_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long THREAD_RESTS_SECONDS = 10;

    /** At most one read is under way; others would find nothing new. */
    private final ThreadPoolExecutor reader = new ThreadPoolExecutor(
            0,
            1,
            THREAD_RESTS_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
                Thread thread = new Thread(task, "refractium-own-addresses");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    private volatile Set<InetAddress> known = Set.of();

    /** By {@link System#nanoTime}. */
    private volatile long readAt = System.nanoTime() - AGED_NANOS;

    private OwnAddresses() {}

    /** Reads them now, which may block. A failure is made good by the next question. */
    public void read() {
        try {
            known = Set.copyOf(list());
            readAt = System.nanoTime();
        } catch (SocketException | RuntimeException | Error e) {
            log.debug("cannot list the addresses now", e);
        }
    }

    /** Returns whether {@code address} is one of them, or was a few seconds ago. Does not block. */
    public boolean include(InetAddress address) {
        if (System.nanoTime() - readAt >= AGED_NANOS) {
            readSoon();
        }
        return known.contains(address);
    }

    private void readSoon() {
        try {
            reader.execute(this::read);
        } catch (RuntimeException | Error e) {
            log.debug("cannot look at the addresses now", e);
        }
    }

    /**
     * Returns the addresses of the interfaces that are up. May block.
     *
     * @throws SocketException rather than a part of them
     */
    public static Set<InetAddress> list() throws SocketException {
        Set<InetAddress> all = new HashSet<>();
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            if (network.isUp()) {
                network.inetAddresses().forEach(all::add);
            }
        }
        return all;
    }
}
