package dev.refractium.server.engine;

import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Session;
import dev.refractium.server.session.Sessions;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Target;
import java.util.Collection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the sessions of servers that are found to be down, where their pool has {@code on_backend_down = "close"}. What
 * sessions show of a server ends none. Any thread.
 */
final class DownBackends {
    private static final Logger log = LoggerFactory.getLogger(DownBackends.class);

    private final Sessions sessions;

    DownBackends(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Ends sessions of these sources from now on. */
    void watch(Collection<Source> sources) {
        sources.forEach(source -> source.onDown(this::down));
    }

    /** Ends the sessions of a target that checks, or an operator, have found to be down. Does not block. */
    void down(Target target) {
        if (target.sessions() == 0) {
            return;
        }
        int count = sessions.leave(Session::closesWithBackend, target::equals, EndReason.BACKEND_DOWN);
        if (count > 0) {
            log.info("sessions ended reason={} backend=\"{}\" count={}", EndReason.BACKEND_DOWN.label(), target, count);
        }
    }
}
