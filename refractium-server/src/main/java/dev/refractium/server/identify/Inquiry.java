package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import org.jspecify.annotations.Nullable;

/**
 * How far the identification of one session has come: protocols that said no are not asked again, and one that asked
 * for more is not asked before it is there. One thread; may be reused after {@link #reset}.
 */
public final class Inquiry {
    /** Whom to ask next, by the order of the configuration: whoever stands before it said no. */
    int next;

    /** How many bytes it wants to see first. */
    int wanted;

    /** What it noted when it was asked before. */
    long note;

    private @Nullable Candidate candidate;
    private boolean recognised;
    private Identification answer = Identification.noMatch();

    /** Forgets everything. */
    public void reset() {
        next = 0;
        wanted = 0;
        note = 0;
        candidate = null;
        recognised = false;
        answer = Identification.noMatch();
    }

    /** The protocol that decided; null unless the outcome was MATCHED or INCOMPLETE. */
    public @Nullable Candidate candidate() {
        return candidate;
    }

    /** What the protocol is called that recognised the session; empty if none did, or none has yet. */
    public String protocol() {
        return candidate == null || !recognised ? "" : candidate.protocol().name();
    }

    /** Its answer. */
    public Identification answer() {
        return answer;
    }

    /** What this protocol noted; 0 if it is asked for the first time. */
    long note(Candidate asked) {
        return asked.index() == next ? note : 0;
    }

    /** @param recognised whether the protocol is this one, whatever follows */
    void answered(Candidate candidate, Identification answer, int seen, boolean recognised) {
        this.candidate = candidate;
        this.answer = answer;
        this.recognised = recognised;
        next = candidate.index();
        wanted = Math.max(answer.atLeast(), seen + 1);
        note = answer.note();
    }
}
