package dev.refractium.api;

import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A session as its hooks see it: a TCP connection or a client's UDP flow that has found its route, or that was
 * {@linkplain Hook#refused refused}. Made by the host and
 * readable from any thread, also after its end. What it says does not change, except that a backend is added when one is
 * connected, and that bytes are counted.
 *
 * @since 0.1.0
 */
public interface Session {
    /** Unlike that of any other session of this process, and what its log calls the session. */
    String id();

    /** How the client came. */
    Transport transport();

    /**
     * The client's address: the one that the proxy sees or, where a trusted proxy in front has sent a PROXY header, the one
     * that the header gives. Of TCP and UDP a {@link java.net.InetSocketAddress}. A client of a Unix socket has none: a
     * {@link java.net.UnixDomainSocketAddress} that is no file's name has its user, as {@code uid=1000}, and is empty where
     * the user is not known.
     */
    SocketAddress client();

    /**
     * The address that the connection or the datagram came from: the client's or, where a trusted proxy in front has sent a
     * PROXY header, that proxy's.
     */
    default SocketAddress peer() {
        return client();
    }

    /**
     * The proxy's own address that the client came to, or the Unix socket: a {@link java.net.UnixDomainSocketAddress}, which
     * is {@code @} and the name where that is an abstract one.
     */
    SocketAddress listener();

    /** The listener's name in the configuration; "default" is that of {@code [server]}. */
    default String listenerName() {
        return "";
    }

    /** The name of the protocol that was recognised, or empty if none was: silence, a fallback, or a refused session. */
    String protocol();

    /** What the protocol read: name to values, canonical, unmodifiable. They are the client's claims. */
    Map<String, List<String>> attributes();

    /** The route's name, its id in logs and metrics; empty if the session was refused. */
    String route();

    /** The name of the route's pool, as metrics have it; empty if the session was refused. */
    default String pool() {
        return "";
    }

    /**
     * Why this route: "match", "silence", or "fallback" with what led to it, such as "fallback unmatched". For a refused
     * session, what the protocol said of bytes that it could not read, or empty.
     */
    String why();

    /**
     * The line of the map that names the session's destination, as {@code sites.map:17}; empty if no map has decided, or
     * the session was refused. Looked up at each call, so that a hook that asks for it only when it needs it pays no more.
     */
    default Optional<String> mapLine() {
        return Optional.empty();
    }

    /** The backend's address, or its Unix socket; empty until one is connected, for good if none ever is. */
    Optional<SocketAddress> backend();

    /** When the client was accepted, or its first datagram came. */
    Instant began();

    /** The number of the configuration's generation that the session belongs to, counted from 1. */
    default long generation() {
        return 0;
    }

    /**
     * How many bytes the proxy has read in a direction so far, whether or not a tap was given them; a moment old on other
     * threads than the session's own.
     */
    default long bytes(Direction direction) {
        return 0;
    }
}
