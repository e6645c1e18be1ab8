package dev.refractium.server.tcp;

import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.socket.Side;
import java.net.InetSocketAddress;

/** What the stages of a session report to it. The owner of both sides. Loop thread only. */
interface StageEvents extends Side.Owner {
    /** Identification has decided where the session goes. */
    void decided(Decision decision);

    /** A side is connected to the backend at {@code address}, and the session's from now on. */
    void connected(Side backend, InetSocketAddress address, int sent);

    /** No backend of {@code route} takes the session. */
    void unreachable(Route route, EndReason why);

    /** The session ends. */
    void end(EndReason why, boolean reset);
}
