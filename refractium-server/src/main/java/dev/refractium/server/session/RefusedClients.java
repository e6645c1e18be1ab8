package dev.refractium.server.session;

import dev.refractium.server.limit.ClientKey;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of the first refusal of each client in an hour by a limit per client, since an address may stand for many
 * clients. Names a bounded number of them. Any thread.
 */
final class RefusedClients {
    /** How many clients are named in an hour. */
    static final int MOST = 64;

    private static final Logger log = LoggerFactory.getLogger(RefusedClients.class);
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final LongSupplier clock;

    /** When each was named. Written while holding this object's lock. */
    private final ConcurrentHashMap<ClientKey, Long> named = new ConcurrentHashMap<>();

    /** Whether there are more than may be named. Guarded by this. */
    private boolean full;

    /** @param clock nanoseconds, as {@link System#nanoTime} */
    RefusedClients(LongSupplier clock) {
        this.clock = clock;
    }

    /** Handles that a client is refused; does nothing unless a limit per client is the reason. */
    void refused(EndReason why, @Nullable InetAddress client) {
        if (!why.isPerClient() || client == null) {
            return;
        }
        ClientKey key = ClientKey.of(client);
        long now = clock.getAsLong();
        Long before = named.get(key);
        if (before == null || now - before >= HOUR) {
            name(key, why, now);
        }
    }

    private synchronized void name(ClientKey client, EndReason why, long now) {
        named.values().removeIf(at -> now - at >= HOUR);
        if (named.size() >= MOST) {
            if (!full) {
                log.warn("more clients refused by a limit per client; they are counted, and not named for an hour");
            }
            full = true;
        } else if (named.putIfAbsent(client, now) == null) {
            full = false;
            log.warn(
                    "client refused by a limit per client client={} reason={} key={}; if the address stands for many clients"
                            + " (a NAT, SNAT, a balancer that sends no PROXY header), raise the limit or add the address to"
                            + " limits_exempt",
                    client,
                    why.label(),
                    why.limit());
        }
    }
}
