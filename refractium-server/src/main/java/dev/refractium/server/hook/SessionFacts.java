package dev.refractium.server.hook;

import dev.refractium.api.Transport;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a session when its route is found. Each component is described at the method of the same name in
 * {@link dev.refractium.api.Session}.
 *
 * @param mapLine finds it when it is asked for
 * @param began when the client was accepted, by {@link System#nanoTime}
 */
public record SessionFacts(
        String id,
        Transport transport,
        SocketAddress client,
        SocketAddress peer,
        SocketAddress listener,
        String protocol,
        Map<String, List<String>> attributes,
        String route,
        String why,
        Supplier<Optional<String>> mapLine,
        long began) {}
