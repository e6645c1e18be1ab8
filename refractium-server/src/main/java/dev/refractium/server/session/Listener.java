package dev.refractium.server.session;

import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Loop;
import java.util.Optional;

/**
 * An address that clients come in by, over one transport. It is bound when it is made, starts once, and ends by
 * {@link #drain} or {@link #retire}, and {@link #close}. Any thread, but for changes: those come from one thread at a
 * time.
 */
public interface Listener {
    /** Returns what the configuration calls it, by which generations know its routes. */
    String name();

    /** Returns where it listens, with the port that was taken where any would do. */
    Binding binding();

    /** Begins to accept connections, or to receive datagrams. */
    void start();

    /** Takes what has arrived, whether or not the listener was notified. */
    void check();

    /** Goes on on another event loop if it lives on this one, which does not answer. */
    void leave(Loop stuck);

    /** Returns why clients are not served, as the end of a sentence; empty if they are. */
    Optional<String> trouble();

    /** Begins no new session. Its sessions go on, and may still use its socket. */
    void drain();

    /** Begins no new session, and closes when no session uses its socket any more. */
    void retire();

    /** Closes its socket. */
    void close();

    /** Returns whether its socket is open and no later listener has taken it over. */
    boolean isOpen();
}
