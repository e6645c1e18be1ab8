package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * How clients come to a listener.
 *
 * @param transports what they come over; not empty
 * @param proxies the peers that pass clients on
 */
public record ListenerClients(@Key("transport") Set<Transport> transports, AcceptedProxies proxies) {
    /** Over both transports, and through nobody. */
    static final ListenerClients DIRECT = new ListenerClients(EnumSet.allOf(Transport.class), AcceptedProxies.NONE);

    /** @throws InvalidValueException naming the key whose value is refused */
    public ListenerClients {
        transports = Collections.unmodifiableSet(
                transports.isEmpty() ? EnumSet.of(Transport.TCP) : EnumSet.copyOf(transports));
        for (Transport transport : Transport.values()) {
            if (!proxies.of(transport).isEmpty() && !transports.contains(transport)) {
                throw new InvalidValueException(
                        AcceptedProxies.key(transport),
                        "is for " + transport
                                + ", which this listener does not listen over; remove it, or set transport");
            }
        }
    }
}
