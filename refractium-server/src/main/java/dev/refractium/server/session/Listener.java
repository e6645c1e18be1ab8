package dev.refractium.server.session;

import dev.refractium.server.net.Binding;
import dev.refractium.server.net.Loop;
import java.util.List;
import java.util.Optional;

/**
 * An address where clients arrive, over one transport. It is bound when it is created, starts once, and ends by {@link
 * #drain} or {@link #retire}, and {@link #close}. Any thread; changes come from one thread at a time.
 */
public interface Listener {
    /** Returns its name in the configuration, by which generations know its routes. */
    String name();

    /** Returns where it listens, with the actual port if any port would do. */
    Binding binding();

    /** Begins to accept connections, or to receive datagrams. */
    void start();

    /** Accepts or receives whatever has arrived, whether or not the listener was notified. */
    void check();

    /** Moves to another event loop if it lives on this one, which does not answer. */
    void leave(Loop stuck);

    /** Returns why clients are not served, as the end of a sentence; empty if they are. */
    Optional<String> trouble();

    /** Returns why it is not bound yet, as the end of a sentence; empty once it is. */
    default Optional<String> waiting() {
        return Optional.empty();
    }

    /** Stops accepting sessions. Its live sessions continue, and may still use its socket. */
    void drain();

    /**
     * Returns the descriptors of its sockets, for a process that is to serve in this one's place; empty if it has none that
     * can be passed on.
     */
    default List<Integer> pass() {
        return List.of();
    }

    /** Stops accepting sessions as {@link #drain} does, and leaves what arrives to the process that has its sockets, too. */
    default void release() {
        drain();
    }

    /** Stops accepting sessions, and closes when no session uses its socket any more. */
    void retire();

    /** Closes its socket. */
    void close();

    /** Returns whether its socket is open and has not been taken over by a later listener. */
    boolean isOpen();
}
