package dev.refractium.server.session;

import dev.refractium.server.identify.Inquiry;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log where sessions go and how they end. What strangers can cause at will is one line a window with its
 * count and one example, with what is known of it; all is a line each, at debug. Any thread, but {@link #flush} on one.
 */
public final class EndLog {
    private static final Logger log = LoggerFactory.getLogger(EndLog.class);

    private final Sessions sessions;
    private final Map<End, AtomicReference<@Nullable Facts>> examples = new EnumMap<>(End.class);
    private Map<End, Long> seen = new EnumMap<>(End.class);

    public EndLog(Sessions sessions) {
        this.sessions = sessions;
        for (End end : End.values()) {
            if (end.isSummarised()) {
                examples.put(end, new AtomicReference<>());
            }
        }
    }

    /** A session of {@code client} has got its route. */
    public void routed(Session session, InetAddress client) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "session routed id={} client={} route={}", session.id(), client.getHostAddress(), session.route());
        }
    }

    /** A session of {@code client} ended; {@code session} is null if it was refused before there was one. */
    public void end(End end, InetAddress client, @Nullable Session session) {
        end(end, client, session, null);
    }

    /**
     * As {@link #end(End, InetAddress, Session)}.
     *
     * @param known how the session was recognised, not kept; null if it was not looked at, or is no news any more
     */
    public void end(End end, InetAddress client, @Nullable Session session, @Nullable Inquiry known) {
        AtomicReference<@Nullable Facts> example = examples.get(end);
        // Nothing is made of a session in a flood but of the first.
        if (example != null && example.get() == null) {
            example.compareAndSet(null, Facts.of(end, client, known));
        }
        if (log.isDebugEnabled()) {
            log.debug(
                    "{} id={} reason={} client={} route={}{}",
                    example == null ? "session ended" : "session not served",
                    session == null ? "-" : session.id(),
                    end.label(),
                    client.getHostAddress(),
                    session == null ? null : session.route(),
                    Facts.of(end, client, known).text());
        }
    }

    /** A session of {@code client} goes to the fallback instead of ending for this reason; it is counted here. */
    public void fallback(End insteadOf, InetAddress client) {
        sessions.countFallback(insteadOf);
        if (log.isDebugEnabled()) {
            log.debug("session to fallback reason={} client={}", insteadOf.label(), client.getHostAddress());
        }
    }

    /** Writes the lines of the window that ends now. */
    public void flush(long windowSeconds) {
        Map<End, Long> now = sessions.ends();
        examples.forEach((end, example) -> {
            Facts facts = example.getAndSet(null);
            long more = now.getOrDefault(end, 0L) - seen.getOrDefault(end, 0L);
            if (more > 0) {
                log.info(
                        "sessions not served reason={} count={} window={}s example={}{}{}",
                        end.label(),
                        more,
                        windowSeconds,
                        facts == null ? "-" : facts.client().getHostAddress(),
                        end.limit().isEmpty() ? "" : " key=" + end.limit(),
                        facts == null ? "" : facts.text());
            }
        });
        seen = now;
    }
}
