package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import java.util.ArrayList;
import java.util.List;

/**
 * Peers that pass clients on, as a configuration names them.
 *
 * @param networks where they are
 * @param everyone whether every peer with an address is one, which the word "any" says
 */
public record TrustedPeers(Networks networks, boolean everyone) {
    private static final String ANY = "any";
    private static final String UNIX = "unix";

    /**
     * Reads addresses and networks, or the word "any".
     *
     * @throws InvalidValueException naming the key
     */
    static TrustedPeers parse(String key, List<String> written) {
        List<Network> networks = new ArrayList<>();
        for (String one : written) {
            if (!one.equals(ANY)) {
                networks.add(network(key, one));
            }
        }
        boolean everyone = networks.size() < written.size();
        if (everyone && !networks.isEmpty()) {
            throw new InvalidValueException(key, "\"any\" stands beside networks; write \"any\" alone, or remove it");
        }
        return new TrustedPeers(Networks.of(networks), everyone);
    }

    /** Returns whether there is no such peer. */
    public boolean isEmpty() {
        return !everyone && networks.isEmpty();
    }

    private static Network network(String key, String written) {
        if (written.equals(UNIX)) {
            throw new InvalidValueException(
                    key,
                    "\"unix\" means peers of a Unix socket, and this listener has none; name the proxies' networks");
        }
        try {
            Network network = Network.parse(written);
            if (network.length() > 0) {
                return network;
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(key, String.valueOf(e.getMessage()));
        }
        throw new InvalidValueException(
                key, Escape.quoted(written) + " is all the world; write \"any\" if that is what you mean");
    }
}
