package dev.refractium.server.tcp;

import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.session.Failover;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Target;

/** Events that stages report to their session, which owns both sides. Loop thread only. */
interface StageEvents extends Side.Owner {
    /** Handles the decision about the session's route. */
    void decided(Decision decision);

    /**
     * Takes over a side that is connected to {@code target}, which counts the session, and where it has a place; {@code
     * sent} early bytes have been sent.
     */
    void connected(Side backend, Target target, int sent);

    /** Handles that no server has a place for the session, of those that it may try. */
    void full(Failover failover);

    /** Handles that the session need not wait for a place any longer: {@code failover} knows where it has one. */
    void placed(Failover failover);

    /** Handles that no backend of {@code route} takes the session. */
    void unreachable(Route route, EndReason why);

    /** Notes that the backend has reset the session before its first byte; the session ends next. */
    default void resetEarly() {}

    /** Notes that the backend has sent its first byte. */
    default void answered() {}

    /** Ends the session. */
    void end(EndReason why, boolean reset);
}
