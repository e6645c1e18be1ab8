package dev.refractium.server.route;

import dev.refractium.server.net.AddressScope;
import dev.refractium.server.net.Peer;
import dev.refractium.server.net.SourceAddress;
import dev.refractium.server.text.Addresses;
import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Predicate;

/** The address that a route's backends see its sessions come from. Immutable; any thread. */
public interface SourceRule {
    /** The system's choice. */
    SourceRule ANY = always(SourceAddress.ANY);

    /** Returns the address that this client's session dials from; empty if no backend may see it come from its client. */
    Optional<SourceAddress> of(Peer client);

    /** Returns the address that probes of the route's backends dial from, which no client stands behind. */
    SourceAddress ofProbes();

    /** Returns the rule's form in tables: {@code client}, an address, or nothing for the system's choice. */
    String label();

    /** Returns a rule for all sessions alike. */
    static SourceRule always(SourceAddress source) {
        return new Always(source, Optional.of(source));
    }

    /**
     * Returns the rule by which backends see the client's own address. That of a UDP client is unproved, and backends trust
     * what comes from inside: it must be of {@code networks}; without them, a private address must not have come in by a
     * public one.
     *
     * @param reserved returns whether an address is this machine's or a backend's
     */
    static SourceRule client(Optional<Networks> networks, Predicate<InetAddress> reserved) {
        return new OfClient(networks, reserved);
    }

    /** The rule of {@link #always}, which allocates nothing per session. */
    record Always(SourceAddress ofProbes, Optional<SourceAddress> source) implements SourceRule {
        @Override
        public Optional<SourceAddress> of(Peer client) {
            return source;
        }

        @Override
        public String label() {
            return ofProbes.toString();
        }
    }

    /** The rule of {@link #client}. */
    record OfClient(Optional<Networks> networks, Predicate<InetAddress> reserved) implements SourceRule {
        @Override
        public Optional<SourceAddress> of(Peer client) {
            InetAddress address = Addresses.internet(client.client());
            if (address == null) {
                // A client of a Unix socket has none to show.
                return Optional.empty();
            }
            boolean allowed =
                    networks.isPresent() ? networks.get().contains(address) : !comesFromOutside(client, address);
            return allowed && AddressScope.isOfOneHost(address) && !reserved.test(address)
                    ? Optional.of(SourceAddress.ofClient(address))
                    : Optional.empty();
        }

        @Override
        public SourceAddress ofProbes() {
            return SourceAddress.ANY;
        }

        @Override
        public String label() {
            return "client";
        }

        private static boolean comesFromOutside(Peer client, InetAddress address) {
            if (!AddressScope.isPrivate(address)) {
                return false;
            }
            SocketAddress local = client.local();
            return local == null
                    || (local instanceof InetSocketAddress internet && AddressScope.isPublic(internet.getAddress()));
        }
    }
}
