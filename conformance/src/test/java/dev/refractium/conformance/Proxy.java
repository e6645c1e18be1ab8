package dev.refractium.conformance;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.explain.Explanation;
import dev.refractium.server.explain.FirstBytes;

/** The proxy as it is asked: one protocol, a route for each name, and a route that takes the rest of that protocol. */
final class Proxy implements AutoCloseable {
    private final Explainer explainer;

    /**
     * Opens no socket.
     *
     * @param attribute of the protocol, that routes ask for
     */
    Proxy(Protocol protocol, String attribute) throws ConfigException, StartException, InterruptedException {
        RefractiumBuilder builder =
                Refractium.builder().transports(Transport.TCP).protocol(protocol);
        for (String name : Server.NAMES) {
            builder.route(protocol.name(), route -> route.match(attribute, name).to(backend(name)));
        }
        builder.route(protocol.name(), route -> route.to("127.0.0.1:1"));
        explainer = builder.identify();
    }

    /** Returns what the proxy claims about a client that sends these bytes and then waits. */
    Claim claim(byte[] bytes) {
        Explanation explanation =
                explainer.route(FirstBytes.of(Transport.TCP, bytes)).orElseThrow();
        if (explanation.to().isEmpty()) {
            return new Claim.Nothing(explanation.reason());
        }
        String backend = explanation.to().get().backends().get(0);
        return Server.NAMES.stream()
                .filter(name -> backend.equals(backend(name)))
                .<Claim>map(Claim.Named::new)
                .findFirst()
                .orElseGet(Claim.Unnamed::new);
    }

    @Override
    public void close() {
        explainer.close();
    }

    /** Nobody connects to it: it tells the routes apart. */
    private static String backend(String name) {
        return "127.0.0.1:" + (2 + Server.NAMES.indexOf(name));
    }
}
