package dev.refractium.api;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;

/**
 * Watches sessions: for an audit, a log, a copy elsewhere. It sees what the proxy reads and can neither alter nor refuse
 * it.
 *
 * <p>A plugin's implementation is a public class with a public constructor without arguments and PF4J's
 * {@code @Extension}. What it says of itself, everything but {@link #open} and {@link #close}, is asked once, before the
 * first session, on the thread that loads.
 *
 * <p>{@code open}, {@code close} and all calls of its taps happen on threads that belong to this hook alone, several at a
 * time; they may block, which costs this hook's own taps and nothing else. What its taps have not taken yet is held in
 * memory up to a bound; beyond it bytes are lost to them, as {@link #overflow} says.
 *
 * <p>A throw, whatever it is, ends the tap that threw and is counted; its session goes on. A hook whose taps fail one
 * after the other is not asked again until the configuration is next reloaded.
 *
 * @since 0.1.0
 */
public interface Hook extends ExtensionPoint {
    /** What configurations call it: {@code [a-z][a-z0-9_-]{0,63}}, unique among the hooks of a configuration. */
    String name();

    /**
     * The directions whose bytes its taps are given. None by default: then no byte is copied, and a tap hears of the end
     * only.
     */
    default Set<Direction> bytes() {
        return Set.of();
    }

    /**
     * Of each direction, how many bytes from the start the taps are given; a chunk that begins before this offset comes
     * whole. What comes later is not copied, and not lost either. No limit by default.
     */
    default long firstBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * The attributes that it hopes to find in {@link Session#attributes()}, such as "sni": of a session of a protocol
     * that can carry one of them they are found out, even where no route asks for them. They may still be missing, and
     * that never decides where a session goes.
     */
    default Set<String> attributes() {
        return Set.of();
    }

    /**
     * How many descriptors it may have open at a time, at most: files, sockets, whatever the system counts. The server
     * adds them to its own and refuses limits that do not fit the process's. None by default.
     */
    default int descriptors() {
        return 0;
    }

    /** What happens when its taps are slower than the sessions: they lose bytes at once, by default. */
    default Overflow overflow() {
        return Overflow.drop();
    }

    /**
     * Returns whether {@link #refused} is to be called. No by default: refused sessions, of which strangers can bring
     * about any number, then cost nothing.
     */
    default boolean refusals() {
        return false;
    }

    /**
     * The hook as an operator wants it: this one, or another object that knows the settings. Called once for each name
     * under which a configuration uses the hook, before its first session and before what it says of itself is asked, also
     * where the operator wrote nothing. A hook that keeps anything of its own, such as a file, must give a new object each
     * time, since each is opened and closed for itself. Nothing should be opened or written here: it is also called to
     * judge a configuration that never runs.
     *
     * <p>A problem that is reported, a key that nobody asked for and a throw refuse the configuration, and the one that
     * runs goes on.
     *
     * @param settings what stands under that name, and under the key {@code memory} how many bytes may wait for this
     *     hook's taps, whether or not that was written; dead after the return
     */
    default Hook configured(Settings settings) {
        return this;
    }

    /**
     * A session has its route, and its backend was not dialled yet. Called on a thread of this hook, once for a session:
     * soon, or within some milliseconds where the hook asks for no bytes. The session goes on meanwhile, and may have ended.
     *
     * @param session the host's, readable from any thread and for as long as it is kept
     * @return what watches the session, or null if nothing shall
     */
    @Nullable
    Tap open(Session session);

    /**
     * A session ended before it had a route, so that {@link #open} is not called for it: no route took it, the client left
     * or said too little, a limit was reached. Called only if {@link #refusals} says so, on a hook that watches every
     * session of the server rather than those of a route. Once for each session, on a thread of this hook, some time after
     * the end; calls of taps and of this method may go on meanwhile on another thread. Sessions that come faster than this
     * method returns are left out once the hook's memory is used up. A throw counts as that of a tap.
     *
     * @param session the host's, readable from any thread and for as long as it is kept. It has no route and no backend;
     *     its protocol and attributes are there as far as they were recognised, and {@link Session#why()} is what the
     *     protocol said of bytes that it could not read
     * @param reason in the words of the server's log: "unmatched", "no-route", "over-max-connections"… More may be added
     */
    default void refused(Session session, String reason) {}

    /**
     * The same, with how the session ended: for hooks that want more than the reason. The server calls this method alone;
     * by default it calls the other.
     *
     * @param end with no bytes, and without a time of a stage that the session has not come to
     */
    default void refused(Session session, SessionEnd end) {
        refused(session, end.cause());
    }

    /**
     * What has been gathered may be written now: called on a thread of this hook when it has told taps something and
     * before it waits for more. Calls of taps may go on meanwhile on another thread. A hook that writes as it is told need
     * not care.
     */
    default void flush() {}

    /**
     * The last of its sessions has ended and its taps have been told, or the time for that is up. Called once, on a thread
     * of this hook, or on the host's where the system has no thread to give; nothing is called after it. Files and connections are to be closed here, and what is still
     * gathered to be written.
     */
    default void close() {}
}
