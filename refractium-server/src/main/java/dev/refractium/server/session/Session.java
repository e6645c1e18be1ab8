package dev.refractium.server.session;

import dev.refractium.api.Transport;
import org.jspecify.annotations.Nullable;

/** A live session, as far as those need to know who count and drain it. Any thread. */
public interface Session {
    /** Its number among the sessions of the server, which no other ever has. */
    long id();

    /** How long it has lived, in milliseconds. */
    long ageMs();

    Transport transport();

    /** The number of the generation that it began with. */
    long generation();

    /** What the route is called that has taken it; null as long as none has. */
    @Nullable
    String route();

    /** Ends the session at once, for this reason. Any thread; has no effect on one that has ended. */
    void cut(EndReason why);
}
