package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The address that a route's backends see its sessions come from, and whether they grant rights by it.
 *
 * @param source {@link #CLIENT}, or an address of this machine; empty: the system chooses
 * @param sourceNetworks prefixes of the clients' addresses that backends may see; empty: all, unless they come from outside
 *     and claim to be inside
 * @param peerTrust whether the operator knows that these backends trust by address
 */
public record SourceConfig(
        @Key("source") Optional<String> source,
        @Key("source_networks") List<String> sourceNetworks,
        @Key(value = "peer_trust", initial = "unknown") PeerTrust peerTrust) {
    /** The client's own address. */
    public static final String CLIENT = "client";

    private static final String HOW = "write \"client\", or an address of this machine";

    /** @throws InvalidValueException naming the key whose value is refused */
    public SourceConfig {
        sourceNetworks = List.copyOf(sourceNetworks);
        source.ifPresent(SourceConfig::checkSource);
        sourceNetworks.forEach(SourceConfig::network);
        Keys.requireDistinct("source_networks", sourceNetworks);
        if (!sourceNetworks.isEmpty() && !isClient(source)) {
            throw new InvalidValueException(
                    "source_networks", "bounds source = \"client\" only; add that key, or remove this one");
        }
    }

    /** Returns whether backends see the client's own address. */
    public boolean isClient() {
        return isClient(source);
    }

    /** Returns the address of this machine that sessions dial from; empty if there is none in particular. */
    public Optional<InetAddress> address() {
        return source.filter(text -> !text.equals(CLIENT)).flatMap(HostName::address);
    }

    /** Returns the networks of the clients' addresses that backends may see; empty: the key is not set. */
    public Optional<Networks> networks() {
        return sourceNetworks.isEmpty()
                ? Optional.empty()
                : Optional.of(Networks.of(
                        sourceNetworks.stream().map(SourceConfig::network).toList()));
    }

    private static boolean isClient(Optional<String> source) {
        return source.filter(CLIENT::equals).isPresent();
    }

    private static void checkSource(String source) {
        if (source.equals(CLIENT)) {
            return;
        }
        InetAddress address = HostName.address(source)
                .orElseThrow(
                        () -> new InvalidValueException("source", Escape.quoted(source) + " is no IP address; " + HOW));
        if (address.isAnyLocalAddress()) {
            throw new InvalidValueException(
                    "source", Escape.quoted(source) + " names no address; leave the key out, or " + HOW);
        }
        if (address.isMulticastAddress() || address.isLinkLocalAddress()) {
            throw new InvalidValueException(
                    "source", Escape.quoted(source) + " is a multicast or link-local address; " + HOW);
        }
    }

    private static Network network(String prefix) {
        try {
            return Network.parse(prefix);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException("source_networks", String.valueOf(e.getMessage()));
        }
    }
}
