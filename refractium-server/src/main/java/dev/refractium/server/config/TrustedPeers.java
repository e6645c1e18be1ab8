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
 * @param unix whether every peer of a Unix socket is one, which the word "unix" says
 */
public record TrustedPeers(Networks networks, boolean everyone, boolean unix) {
    private static final String ANY = "any";
    private static final String UNIX = "unix";

    /**
     * Reads addresses and networks, or the word "any" or "unix".
     *
     * @throws InvalidValueException naming the key
     */
    static TrustedPeers parse(String key, List<String> written) {
        boolean everyone = isAlone(key, ANY, written);
        boolean unix = isAlone(key, UNIX, written);
        List<Network> networks = new ArrayList<>();
        if (!everyone && !unix) {
            written.forEach(one -> networks.add(network(key, one)));
        }
        return new TrustedPeers(Networks.of(networks), everyone, unix);
    }

    /** Returns whether there is no such peer. */
    public boolean isEmpty() {
        return !everyone && !unix && networks.isEmpty();
    }

    private static boolean isAlone(String key, String word, List<String> written) {
        if (written.stream().anyMatch(one -> !one.equals(word)) && written.contains(word)) {
            String quoted = "\"" + word + "\"";
            throw new InvalidValueException(
                    key, quoted + " stands beside networks; write " + quoted + " alone, or remove it");
        }
        return written.contains(word);
    }

    private static Network network(String key, String written) {
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
