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

    /** The result so far. */
    public enum Outcome {
        /** Some protocol needs more bytes. */
        WAIT,
        /** Every protocol said no. */
        NONE,
        /** Recognised, and the attributes that its routes need are known. */
        MATCHED,
        /** Recognised, but attributes that its routes need will never be known. */
        INCOMPLETE,
        /**
         * The wait is over, and a protocol whose routes have conditions on attributes needs more bytes. The client's
         * next bytes might have been what those routes ask for, so the session is as incomplete as one that is
         * recognised.
         */
        UNDECIDED
    }

    /**
     * Continues to ask, from the position of {@code inquiry}. Throws whatever a protocol throws: that costs this
     * session, and no other.
     *
     * @param peek not empty, unless it is final
     */
    public Outcome ask(BytePeek peek, Inquiry inquiry) {
        if (peek.length() == 0) {
            return peek.isFinal() ? Outcome.NONE : Outcome.WAIT;
        }
        // Wait for one more datagram, whatever its size.
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
        // The two most frequent verdicts by a comparison each; a switch would look the number up in tables.
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
        // Attributes that only hooks want are worth a wait, but never decide.
        return candidate.asked().isEmpty() ? Outcome.MATCHED : Outcome.INCOMPLETE;
    }

    private static Outcome undecided(Candidate candidate) {
        return candidate.asked().isEmpty() ? Outcome.NONE : Outcome.UNDECIDED;
    }
}
