package dev.refractium.server.session;

import dev.refractium.server.net.Peer;
import dev.refractium.server.upstream.Target;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A live session, as far as counting, listing and draining need to know it. Any thread; what changes while it lives may be
 * a moment old to others than its loop.
 */
public interface Session extends Peer {
    /** Returns its id, which is unique in this server. */
    long id();

    /** Returns its age in milliseconds. */
    long ageMs();

    /** Returns the number of the generation that it began with. */
    long generation();

    /** Returns the name of its route; null while it has none. */
    @Nullable
    String route();

    /** Returns the counters that it counts in, which know its listener and its protocol. */
    SessionMeter meter();

    /** Returns what it does, in a word. */
    String stageName();

    /** Returns the target that it is connected to; null before. */
    @Nullable
    Target target();

    /** Returns how many bytes it has moved from its client to its backend. */
    long fromClient();

    /** Returns how many bytes it has moved from its backend to its client. */
    long fromBackend();

    /** Ends the session at once, for this reason. Any thread; has no effect on a session that has ended. */
    void cut(EndReason why);

    /** Ends the session if it waits for a place at a server: the server takes no more of them, since it drains. Any thread. */
    default void leaveQueue() {}

    /** Returns whether its pool ends the sessions of a server that is found to be down. Any thread. */
    boolean closesWithBackend();

    /**
     * Ends the session at once, for this reason, if it is connected to one of these targets. Any thread.
     *
     * @return whether it may be such a session
     */
    boolean leave(Predicate<Target> some, EndReason why);
}
