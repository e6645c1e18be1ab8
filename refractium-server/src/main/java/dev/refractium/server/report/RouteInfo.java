package dev.refractium.server.report;

import dev.refractium.api.Transport;
import java.util.List;

/**
 * One line of the routing table.
 *
 * @param taken what is taken: a protocol with its attributes, "silence", or "anything else"
 * @param backends in the order of the configuration
 */
public record RouteInfo(Transport transport, String taken, List<String> backends) {
    public RouteInfo {
        backends = List.copyOf(backends);
    }
}
