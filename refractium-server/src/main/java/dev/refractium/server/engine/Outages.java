package dev.refractium.server.engine;

import dev.refractium.api.Transport;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.route.Route;
import dev.refractium.server.text.Words;
import dev.refractium.server.upstream.Pool;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the pools of the current generation have a live server, and logs once when one has none any more, and
 * once when it has again. One thread, but for {@link #count}.
 */
final class Outages {
    private static final Logger log = LoggerFactory.getLogger(Outages.class);

    private final Generations generations;

    /** The generation that it looked at last, with the pools of each transport. */
    private @Nullable Generation known;

    private final Map<Transport, Collection<Pool>> pools = new EnumMap<>(Transport.class);

    /** The pools that had no live server when it looked last, by their transport and name. */
    private Set<String> down = Set.of();

    private final AtomicLong count = new AtomicLong();

    Outages(Generations generations) {
        this.generations = generations;
    }

    /** Returns how often a pool has lost its last live server. Any thread. */
    long count() {
        return count.get();
    }

    /** Looks at all pools. Never throws, since it would not be called again. */
    void look() {
        try {
            lookAtPools();
        } catch (RuntimeException | Error e) {
            log.error("pools not looked at", e);
        }
    }

    private void lookAtPools() {
        Generation current = generations.current();
        if (current != known) {
            for (Transport transport : Transport.values()) {
                pools.put(transport, pools(current, transport));
            }
            known = current;
        }
        Set<String> now = new HashSet<>();
        pools.forEach((transport, all) -> all.forEach(pool -> look(pool, transport, now)));
        down = now;
    }

    private static Collection<Pool> pools(Generation generation, Transport transport) {
        Map<String, Pool> pools = new LinkedHashMap<>();
        for (Route route : generation.routes(transport)) {
            pools.putIfAbsent(route.pool().name(), route.pool());
        }
        return List.copyOf(pools.values());
    }

    private void look(Pool pool, Transport over, Set<String> now) {
        boolean isLive = pool.isLive();
        if (isLive && down.isEmpty()) {
            return; // As each second, of up to ten thousand pools.
        }
        String transport = Words.of(over);
        String name = transport + " " + pool.name();
        boolean before = down.contains(name);
        if (isLive) {
            if (before) {
                log.info("pool has a live server again pool={} transport={}", pool.name(), transport);
            }
            return;
        }
        now.add(name);
        if (!before) {
            count.incrementAndGet();
            log.warn(
                    "pool has no live server pool={} transport={} servers=\"{}\" on_all_down={}",
                    pool.name(),
                    transport,
                    pool.backends().stream().map(Object::toString).collect(Collectors.joining(", ")),
                    pool.handling().triesDown() ? "try" : "close");
        }
    }
}
