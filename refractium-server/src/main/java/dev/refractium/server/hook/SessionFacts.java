package dev.refractium.server.hook;

import dev.refractium.api.Transport;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a session when its route is found, or when it is refused. Each component is described at the method of
 * the same name in {@link dev.refractium.api.Session}.
 */
public record SessionFacts(
        String id,
        Arrival arrival,
        String protocol,
        Map<String, List<String>> attributes,
        Destination destination,
        Times times) {
    /** Where the session came from, and where to. */
    public record Arrival(
            Transport transport,
            SocketAddress client,
            SocketAddress peer,
            SocketAddress listener,
            String listenerName,
            long generation) {}

    /**
     * Where it goes.
     *
     * @param mapLine finds it when it is asked for
     */
    public record Destination(String route, String pool, String why, Supplier<Optional<String>> mapLine) {
        /** Returns that of a session without a route. */
        public static Destination none(String why) {
            return new Destination("", "", why, Optional::empty);
        }
    }

    /**
     * How far it has come.
     *
     * @param began when the client was accepted, by {@link System#nanoTime}
     * @param header for how many nanoseconds a PROXY header was waited for; negative if none was
     * @param peek for how many nanoseconds the route was being decided; negative if that has not begun
     */
    public record Times(long began, long header, long peek) {
        /** Returns those of a client that has come to no stage yet. */
        public static Times arrived(long began) {
            return new Times(began, -1, -1);
        }
    }
}
