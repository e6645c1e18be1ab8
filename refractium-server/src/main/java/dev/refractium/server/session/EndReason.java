package dev.refractium.server.session;

import dev.refractium.api.Party;
import dev.refractium.server.limit.Refusal;
import dev.refractium.server.route.Decision;
import java.util.Locale;

/** Why a session ended, or never began. Each has a counter; the log names it as {@code reason=}. */
public enum EndReason implements Admitted {
    /** Both sides were done, or a UDP flow was idle long enough. */
    DONE(false),
    /** The client reset its connection. */
    CLIENT_RESET(false),
    /** The backend reset its connection. */
    BACKEND_RESET(false),
    /** The client left before it sent a byte. */
    LEFT_EARLY(true),
    /** No protocol took the bytes, and there is no fallback. */
    UNMATCHED(true),
    /** The protocol is known, but no route takes its attributes, and there is no fallback. */
    NO_ROUTE(true),
    /** Routes ask for attributes that never became readable, of a protocol that is known or was still undecided. */
    INCOMPLETE(true),
    /** No byte came until the peek time-out, and there is no fallback. */
    SILENT(true),
    /** No backend of the pool could be reached. */
    NO_BACKEND(true),
    /** All servers of the pool have as many sessions as they may, and this one could not wait for a place. */
    BACKENDS_FULL("max_connections"),
    /** The session waited for a place at a server for as long as it may. */
    QUEUE_TIMEOUT("queue_timeout"),
    /** The client left, or sent its FIN, before its session had a place at a server. */
    LEFT_QUEUE(true),
    /** Checks, or an operator, found the session's server to be down, and its pool closes such sessions. */
    BACKEND_DOWN(false),
    /** The process had no descriptor left for a connection to a backend. */
    NO_DESCRIPTOR(true),
    /** The machine had no local port left for a connection to a backend. */
    NO_LOCAL_PORT(true),
    /** No backend may see its client's address, or none has an address of that family; see {@code source}. */
    SOURCE_REFUSED(true),
    /** A socket call failed for a reason of this machine's own. */
    LOCAL_ERROR(true),
    /** The client's address is denied, or not allowed. */
    DENIED(true),
    /** Too many sessions begin. */
    OVER_RATE("new_per_second"),
    /** Too many sessions of the client begin. */
    OVER_RATE_PER_IP("new_per_second_per_ip"),
    /** The server, the listener or the route is full. */
    OVER_MAX_CONNECTIONS("max_connections"),
    /** The client has too many connections. */
    OVER_MAX_PER_IP("max_connections_per_ip"),
    /** Undecided sessions held too much memory, and this was the oldest. */
    OVER_PEEK_MEMORY("peek_memory"),
    /** The peer sent a PROXY header, and {@code accept_proxy_from} does not name it. */
    PROXY_UNTRUSTED(true),
    /** A trusted peer sent no PROXY header, or not all of it in time. */
    PROXY_MISSING(true),
    /** A trusted peer sent a broken PROXY header. */
    PROXY_MALFORMED(true),
    /** A PROXY header gave a source that is unspecified, multicast, loopback or this machine's own. */
    PROXY_REFUSED(true),
    /** A trusted peer left before a client's first byte: it looked whether the server is there. */
    PROXY_PROBE(false),
    /** There were too many UDP flows: one that was never answered was evicted, or a new one found no room. */
    OVER_UDP_SESSIONS("udp_max_sessions"),
    /** There were too many UDP flows of one client; otherwise the same. */
    OVER_UDP_SESSIONS_PER_IP("udp_max_sessions_per_ip"),
    /** A UDP flow got no answer at an address that its backend no longer has: its next datagrams go to another. */
    BACKEND_MOVED(false),
    /** A UDP flow that had been answered was evicted for a newer one. */
    GAVE_WAY(false),
    /** One side was done, and the other was quiet for too long. */
    HALF_CLOSE_TIMEOUT(false),
    /** Bytes waited too long for a peer that did not take them. */
    STALLED(false),
    /** No byte moved for too long. */
    IDLE(false),
    /** The session lasted too long. */
    MAX_LIFETIME(false),
    /** A protocol plugin threw. */
    PLUGIN_FAULT(false),
    /** A reload removed the session's route, whose {@code on_removed} closes its sessions. */
    ROUTE_REMOVED(false),
    /** Too many generations were alive, and the session's was the oldest. */
    OLD_GENERATION(false),
    /** An operator ended it. */
    CLOSED_BY_OPERATOR(false),
    /** The server was stopped before the session ended. */
    CUT(false);

    private final boolean summarised;
    private final String limit;

    EndReason(boolean summarised) {
        this(summarised, "");
    }

    /** A limit; strangers can reach it at will. */
    EndReason(String limit) {
        this(true, limit);
    }

    EndReason(boolean summarised, String limit) {
        this.summarised = summarised;
        this.limit = limit;
    }

    /** Returns whether strangers can cause it at will: then it is counted, and logged as one line per window. */
    public boolean isSummarised() {
        return summarised;
    }

    /** Returns the configuration key that set the limit; empty if it is no limit. */
    public String limit() {
        return limit;
    }

    /** Returns whether it refuses a client for what else comes from its address. */
    boolean isPerClient() {
        return this == OVER_RATE_PER_IP || this == OVER_MAX_PER_IP || this == OVER_UDP_SESSIONS_PER_IP;
    }

    /** Returns the party that ends a session with it; a session that is {@link #DONE} may know better. */
    public Party endedBy() {
        if (this == CLIENT_RESET || this == LEFT_EARLY || this == LEFT_QUEUE) {
            return Party.CLIENT;
        }
        return this == BACKEND_RESET ? Party.BACKEND : Party.PROXY;
    }

    /** Returns what a client ends with that a gate refuses. */
    public static EndReason of(Refusal refusal) {
        return switch (refusal) {
            case DENIED -> DENIED;
            case OVER_MAX_CONNECTIONS -> OVER_MAX_CONNECTIONS;
            case OVER_RATE -> OVER_RATE;
            case OVER_RATE_PER_IP -> OVER_RATE_PER_IP;
        };
    }

    /** Returns what a session that is not routed ends with, or would end with if there were no fallback. */
    public static EndReason unrouted(Decision.Reason reason) {
        return switch (reason) {
            case UNMATCHED -> UNMATCHED;
            case NO_ROUTE -> NO_ROUTE;
            case INCOMPLETE -> INCOMPLETE;
            case SILENT -> SILENT;
            case UNREACHABLE -> NO_BACKEND;
            case ROUTED -> throw new IllegalArgumentException("it is routed");
        };
    }

    /** Returns the name that logs use. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
