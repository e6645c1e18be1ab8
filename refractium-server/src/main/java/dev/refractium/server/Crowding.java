package dev.refractium.server;

import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Sessions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the sessions of the oldest generations where too many are alive: each holds its plugins. One thread. */
final class Crowding {
    private static final Logger log = LoggerFactory.getLogger(Crowding.class);

    private final Generations generations;
    private final Sessions sessions;
    private final Later later;
    private final Set<Generation> leaving = new HashSet<>();

    Crowding(Generations generations, Sessions sessions, Later later) {
        this.generations = generations;
        this.sessions = sessions;
        this.later = later;
    }

    /** Warns of each that is over the number, and ends its sessions after the drain time-out. */
    void relieve(ServerConfig server) {
        Generation current = generations.current();
        List<Generation> live = generations.live().stream()
                .filter(generation -> generation == current || generation.sessions() > 0)
                .toList();
        leaving.retainAll(live);
        for (Generation oldest : live.subList(0, Math.max(0, live.size() - server.maxGenerations()))) {
            if (leaving.add(oldest)) {
                long ms = server.drainTimeout().toMillis();
                log.warn(
                        "too many generations live={} max_generations={}; sessions of generation {} end within {} ms sessions={}",
                        live.size(),
                        server.maxGenerations(),
                        oldest.number(),
                        ms,
                        oldest.sessions());
                later.after(ms, () -> end(oldest));
            }
        }
    }

    /** One is over; it is not to be kept in memory from here. */
    void forget(Generation over) {
        leaving.remove(over);
    }

    private void end(Generation oldest) {
        int ended = sessions.cut(session -> session.generation() == oldest.number(), EndReason.OLD_GENERATION);
        log.warn("sessions ended reason=old-generation generation={} count={}", oldest.number(), ended);
    }
}
