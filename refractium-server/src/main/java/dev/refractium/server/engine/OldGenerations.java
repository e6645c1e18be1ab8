package dev.refractium.server.engine;

import dev.refractium.api.Units;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.Generations;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Sessions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions of the oldest generations when too many generations are alive, since each holds its plugins. One
 * thread.
 */
final class OldGenerations {
    private static final Logger log = LoggerFactory.getLogger(OldGenerations.class);

    private final Generations generations;
    private final Sessions sessions;
    private final ReloadThread later;
    private final Set<Generation> leaving = new HashSet<>();

    OldGenerations(Generations generations, Sessions sessions, ReloadThread later) {
        this.generations = generations;
        this.sessions = sessions;
        this.later = later;
    }

    /** Warns of each generation above the limit, and ends its sessions after the drain timeout. */
    void relieve(ServerConfig server) {
        Generation current = generations.current();
        List<Generation> live = generations.live().stream()
                .filter(generation -> generation == current || generation.sessions() > 0)
                .toList();
        leaving.retainAll(live);
        for (Generation oldest :
                live.subList(0, Math.max(0, live.size() - server.limits().maxGenerations()))) {
            if (leaving.add(oldest)) {
                Duration time = server.process().drainTimeout();
                log.warn(
                        "too many generations live={} max_generations={}; sessions of generation {} end within {} sessions={}",
                        live.size(),
                        server.limits().maxGenerations(),
                        oldest.number(),
                        Units.format(time),
                        oldest.sessions());
                later.after(time.toMillis(), () -> end(oldest));
            }
        }
    }

    /** Forgets a generation that is over, so that it can be collected. */
    void forget(Generation over) {
        leaving.remove(over);
    }

    private void end(Generation oldest) {
        int ended = sessions.cut(session -> session.generation() == oldest.number(), EndReason.OLD_GENERATION);
        log.warn("sessions ended reason=old-generation generation={} count={}", oldest.number(), ended);
    }
}
