package dev.refractium.server.report;

import java.util.List;
import java.util.Optional;

/**
 * A page of the live sessions of a server.
 *
 * @param sessions in the order that was asked for
 * @param next what the next page comes after; empty if there is none
 * @param total how many live sessions were asked for, on all pages
 */
public record LiveSessions(List<Session> sessions, Optional<Long> next, int total) {
    public LiveSessions {
        sessions = List.copyOf(sessions);
    }

    /**
     * A live session.
     *
     * @param id the one that {@code close} takes; ids count up from 1
     * @param listener its name
     * @param client its address, with the port
     * @param peer the proxy that has passed the client on; empty if none has
     * @param protocol empty if none has recognised it, or none has yet
     * @param route empty if it has none yet
     * @param backend as {@link Status.Backend} has it; empty if it is not connected to one
     * @param stage "proxy", "peek", "queue", "dial" or "relay"
     * @param ageMs its age in milliseconds
     * @param fromClient bytes that it has moved from the client to the backend
     * @param fromBackend bytes that it has moved from the backend to the client
     * @param generation the number of the one that it began with
     */
    public record Session(
            long id,
            String transport,
            String listener,
            String client,
            Optional<String> peer,
            String protocol,
            Optional<String> route,
            Optional<String> backend,
            String stage,
            long ageMs,
            long fromClient,
            long fromBackend,
            long generation) {}
}
