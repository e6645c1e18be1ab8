package dev.refractium.server.identify;

import dev.refractium.api.Protocol;
import java.util.Set;

/**
 * A protocol of the configuration, as identification uses it.
 *
 * @param index its position in the order of the configuration, from 0; unique
 * @param asked the attributes that its routes have conditions on; if there are any, a session whose attributes cannot
 *     be known is incomplete, and so is one that is undecided at the end of the wait
 * @param wanted these, and the attributes that hooks would like to have or pools hash on; if there are any, a session waits until they
 *     are final
 * @param datagrams how many datagrams of a session it may see; 1: the first alone
 */
public record Candidate(Protocol protocol, int index, Set<String> asked, Set<String> wanted, int datagrams) {
    /** The most datagrams that a protocol may ask for. */
    public static final int MOST_DATAGRAMS = 8;

    public Candidate {
        asked = Set.copyOf(asked);
        wanted = Set.copyOf(wanted);
    }

    /** Creates a candidate that sees as many datagrams as its protocol asks for, within the bounds of the API. */
    public Candidate(Protocol protocol, int index, Set<String> asked, Set<String> wanted) {
        this(protocol, index, asked, wanted, Math.max(1, Math.min(protocol.datagrams(), MOST_DATAGRAMS)));
    }

    /** Creates a candidate whose routes have conditions on all wanted attributes. */
    public Candidate(Protocol protocol, int index, Set<String> wanted) {
        this(protocol, index, wanted, wanted);
    }

    /** Creates a candidate all of whose attributes are used. */
    public static Candidate wantingAll(Protocol protocol, int index) {
        return new Candidate(protocol, index, Set.copyOf(protocol.attributes()));
    }
}
