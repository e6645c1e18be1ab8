package dev.refractium.server.tcp;

import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.socket.Side;
import java.net.InetSocketAddress;

/** Events that stages report to their session, which owns both sides. Loop thread only. */
interface StageEvents extends Side.Owner {
    /** Handles the decision about the session's route. */
    void decided(Decision decision);

    /** Takes over a side that is connected to the backend at {@code address}; {@code sent} early bytes have been sent. */
    void connected(Side backend, InetSocketAddress address, int sent);

    /** Handles that no backend of {@code route} takes the session. */
    void unreachable(Route route, EndReason why);

    /** Ends the session. */
    void end(EndReason why, boolean reset);
}
