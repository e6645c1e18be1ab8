package dev.refractium.server.session;

import dev.refractium.api.Transport;
import org.jspecify.annotations.Nullable;

/** A live session, as far as those need to know who count and drain it. Any thread. */
public interface Session {
    /** Unlike that of any other session of this process. */
    long id();

    Transport transport();

    /** The number of the generation that it began with. */
    long generation();

    /** What the route is called that has taken it; null as long as none has. */
    @Nullable
    String route();

    /** Ends the session at once, for this reason. Any thread; has no effect on one that has ended. */
    void cut(End why);
}
