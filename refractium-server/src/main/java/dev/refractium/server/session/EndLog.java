package dev.refractium.server.session;

import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.text.Addresses;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs where sessions go and how they end. Ends that strangers can cause at will are one line per window, with their
 * count and one example; at debug level, every end is a line. Any thread, but {@link #flush} on one.
 */
final class EndLog {
    private static final Logger log = LoggerFactory.getLogger(EndLog.class);

    private final RecentEnds recent = new RecentEnds();
    private Map<EndReason, Long> seen = new EnumMap<>(EndReason.class);

    /** Returns the newest ends, which are the examples. */
    RecentEnds recent() {
        return recent;
    }

    /** Logs that a session has got its route. */
    void routed(LiveSession session) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "session routed id={} client={}{} route={}",
                    session.id(),
                    Addresses.host(session.client()),
                    peer(session),
                    session.route());
        }
    }

    /**
     * Logs the end of a session.
     *
     * @param session null if it was refused before there was one
     * @param known how the session was recognised, not kept; null if it was not read, or has been logged before
     */
    void end(EndReason end, SocketAddress client, @Nullable LiveSession session, @Nullable Inquiry known) {
        recent.add(end, client, session, known);
        if (log.isDebugEnabled()) {
            log.debug(
                    "{} id={} reason={} client={}{} route={}{}",
                    end.isSummarised() ? "session not served" : "session ended",
                    session == null ? "-" : session.id(),
                    end.label(),
                    Addresses.host(client),
                    session == null ? "" : peer(session),
                    session == null ? null : session.route(),
                    Facts.of(end, client, known).text());
        }
    }

    /** Returns the proxy that has passed the client on, as a key and a value with a leading space; empty if none has. */
    private static String peer(LiveSession session) {
        return session.peer().equals(session.client()) ? "" : " peer=" + Addresses.host(session.peer());
    }

    /** Logs that a session of {@code client} goes to the fallback instead of ending for this reason. */
    void fallback(EndReason insteadOf, SocketAddress client) {
        if (log.isDebugEnabled()) {
            log.debug("session to fallback reason={} client={}", insteadOf.label(), Addresses.host(client));
        }
    }

    /**
     * Writes the lines of the window that ends now.
     *
     * @param ends how many sessions have ended, by reason
     */
    void flush(Map<EndReason, Long> ends, long windowSeconds) {
        Map<EndReason, Facts> examples = new EnumMap<>(EndReason.class);
        recent.collect().forEach(ended -> examples.put(ended.why(), ended.facts()));
        ends.forEach((end, count) -> {
            Facts facts = examples.get(end);
            long more = count - seen.getOrDefault(end, 0L);
            if (more > 0 && end.isSummarised()) {
                log.info(
                        "sessions not served reason={} count={} window={}s example={}{}{}",
                        end.label(),
                        more,
                        windowSeconds,
                        facts == null ? "-" : Addresses.host(facts.client()),
                        end.limit().isEmpty() ? "" : " key=" + end.limit(),
                        facts == null ? "" : facts.text());
            }
        });
        seen = ends;
    }
}
