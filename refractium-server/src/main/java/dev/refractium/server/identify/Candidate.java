package dev.refractium.server.identify;

import dev.refractium.api.Protocol;
import java.util.Set;

/**
 * A protocol that sessions are asked about.
 *
 * @param index its place in the order of the configuration, from 0, and no other's
 * @param asked the attributes that a route of it asks for; where there is one, a session whose attributes cannot be known
 *     is incomplete, and so is one that the end of the wait leaves undecided
 * @param wanted these, and those that a hook hopes for; where there is one, a session waits until they are final
 * @param datagrams how many datagrams of a session it may see; 1: the first alone
 */
public record Candidate(Protocol protocol, int index, Set<String> asked, Set<String> wanted, int datagrams) {
    /** The most datagrams that a protocol may ask for. */
    public static final int MOST_DATAGRAMS = 8;

    public Candidate {
        asked = Set.copyOf(asked);
        wanted = Set.copyOf(wanted);
    }

    /** A protocol that sees as many datagrams as it asks for, within the bounds of the API. */
    public Candidate(Protocol protocol, int index, Set<String> asked, Set<String> wanted) {
        this(protocol, index, asked, wanted, Math.max(1, Math.min(protocol.datagrams(), MOST_DATAGRAMS)));
    }

    /** A protocol that routes ask for all that is wanted of it. */
    public Candidate(Protocol protocol, int index, Set<String> wanted) {
        this(protocol, index, wanted, wanted);
    }

    /** A protocol of which every attribute is looked at. */
    public static Candidate wantingAll(Protocol protocol, int index) {
        return new Candidate(protocol, index, Set.copyOf(protocol.attributes()));
    }
}
