package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import java.util.List;

/**
 * Asks the protocols of one transport, in the order of the configuration; the first that does not say no decides.
 * Immutable; any thread.
 */
public final class Identifier {
    private final Index index;

    public Identifier(List<Candidate> candidates) {
        index = new Index(candidates);
    }

    /** What the bytes so far amount to. */
    public enum Outcome {
        /** Somebody needs more bytes. */
        WAIT,
        /** Everybody said no. */
        NONE,
        /** Recognised, and as much is known of its attributes as its routes ask for. */
        MATCHED,
        /** Recognised, but attributes that its routes ask for will never be known. */
        INCOMPLETE,
        /**
         * The wait is over, and a protocol whose routes ask for attributes needs more bytes. What the client sends next
         * may be what those routes ask for, so the session is as incomplete as one that is recognised.
         */
        UNDECIDED
    }

    /**
     * Asks on, from where {@code inquiry} stands. Throws whatever a protocol throws: that session is lost, and no
     * other.
     *
     * @param peek not empty, unless it is final
     */
    public Outcome ask(BytePeek peek, Inquiry inquiry) {
        if (peek.length() == 0) {
            return peek.isFinal() ? Outcome.NONE : Outcome.WAIT;
        }
        // Of datagrams, one more is asked for, whatever its size.
        if (peek.length() < inquiry.wanted && !peek.isFinal()) {
            return Outcome.WAIT;
        }
        Candidate[] candidates = index.after(peek.byteAt(0), peek.length() > 1 ? peek.byteAt(1) : Index.NONE);
        for (Candidate candidate : candidates) {
            if (candidate.index() < inquiry.next) {
                continue;
            }
            peek.turnTo(candidate, inquiry.note(candidate));
            Identification answer = candidate.protocol().identify(peek);
            Outcome outcome = outcome(candidate, answer, peek.isFinal());
            if (outcome != Outcome.NONE) {
                boolean recognised = answer.verdict() != Verdict.NEED_MORE;
                inquiry.answered(candidate, answer, peek.length(), recognised);
                return outcome;
            }
        }
        inquiry.unmatched();
        return Outcome.NONE;
    }

    private static Outcome outcome(Candidate candidate, Identification answer, boolean last) {
        Verdict verdict = answer.verdict();
        // The two most frequent ones by a comparison each; a switch looks its number up in tables.
        if (verdict == Verdict.MATCH) {
            return Outcome.MATCHED;
        }
        if (verdict == Verdict.NO_MATCH) {
            return Outcome.NONE;
        }
        if (verdict == Verdict.NEED_MORE) {
            return last ? undecided(candidate) : Outcome.WAIT;
        }
        if (verdict == Verdict.RECOGNISED && !last && !candidate.wanted().isEmpty()) {
            return Outcome.WAIT;
        }
        // What a hook hopes for is worth a wait, and never decides.
        return candidate.asked().isEmpty() ? Outcome.MATCHED : Outcome.INCOMPLETE;
    }

    private static Outcome undecided(Candidate candidate) {
        return candidate.asked().isEmpty() ? Outcome.NONE : Outcome.UNDECIDED;
    }
}
