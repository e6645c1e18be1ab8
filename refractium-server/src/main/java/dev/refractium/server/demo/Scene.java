package dev.refractium.server.demo;

import dev.refractium.server.RouteBuilder;
import java.util.function.UnaryOperator;

/**
 * One protocol's part in the demonstration.
 *
 * @param sent what the client sends, in words
 * @param protocol the route's protocol
 * @param wanted what else the route says
 * @param backend who is to answer
 * @param command what to type to see the same from outside; {@code PORT} stands for the port
 */
record Scene(
        String sent,
        String protocol,
        UnaryOperator<RouteBuilder> wanted,
        Backend backend,
        Clients.Client client,
        String command) {
    /** Fills the route in: this scene's sessions go to its backend. */
    RouteBuilder fill(RouteBuilder route) {
        return wanted.apply(route).to("127.0.0.1:" + backend.address().getPort());
    }
}
