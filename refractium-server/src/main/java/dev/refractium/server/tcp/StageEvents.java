package dev.refractium.server.tcp;

import dev.refractium.server.route.Decision;
import dev.refractium.server.route.Route;
import dev.refractium.server.session.EndReason;
import dev.refractium.server.socket.Side;
import dev.refractium.server.upstream.Target;

/** What the stages of a session report to it. The owner of both sides. Loop thread only. */
interface StageEvents extends Side.Owner {
    /** Identification has decided where the session goes. */
    void decided(Decision decision);

    /** A side is connected to {@code target}. Both are the session's from now on, which counts on the target. */
    void connected(Side backend, Target target, int sent);

    /** No backend of {@code route} takes the session. */
    void unreachable(Route route, EndReason why);

    /** The session ends. */
    void end(EndReason why, boolean reset);
}
