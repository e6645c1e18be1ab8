package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The progress of identifying one session: protocols that said no are not asked again, and a protocol that asked for
 * more bytes is not asked before they are there. One thread; may be reused after {@link #reset}.
 */
public final class Inquiry {
    private static final String NO_MORE = "the end of the bytes";

    /** The next candidate to ask, in the order of the configuration; all before it said no. */
    int next;

    /** How many bytes that candidate wants to see first. */
    int wanted;

    /** The note of its last answer. */
    long note;

    private String endOfWait = NO_MORE;
    private @Nullable Candidate candidate;
    private boolean recognised;
    private Identification answer = Identification.noMatch();

    /** Forgets everything. */
    public void reset() {
        next = 0;
        wanted = 0;
        note = 0;
        endOfWait = NO_MORE;
        candidate = null;
        recognised = false;
        answer = Identification.noMatch();
    }

    /** Sets what ended the wait for more bytes, such as the key that bounds it. */
    public void waitEndedBy(String what) {
        endOfWait = what;
    }

    /** Returns why the session is incomplete: the protocol's reason, or what ended the wait. */
    public String whyIncomplete() {
        return answer.verdict() == Verdict.UNREADABLE ? answer.reason() : "cut short by " + endOfWait;
    }

    /** Returns the protocol that decided; null unless the outcome was MATCHED, INCOMPLETE or UNDECIDED. */
    public @Nullable Candidate candidate() {
        return candidate;
    }

    /** Returns the name of the protocol that recognised the session; empty if none did, or none has yet. */
    public String protocol() {
        return recognised ? candidateName() : "";
    }

    /** Returns the name of the protocol that decided, recognised or undecided; empty if none did. */
    public String candidateName() {
        return candidate == null ? "" : candidate.protocol().name();
    }

    /** Returns the answer of that protocol. */
    public Identification answer() {
        return answer;
    }

    /** Returns the note of this protocol's last answer; 0 if it is asked for the first time. */
    long note(Candidate asked) {
        return asked.index() == next ? note : 0;
    }

    /** Records that every protocol said no. */
    void unmatched() {
        candidate = null;
        recognised = false;
        answer = Identification.noMatch();
    }

    /** @param recognised whether the protocol is certain, whatever follows */
    void answered(Candidate candidate, Identification answer, int seen, boolean recognised) {
        this.candidate = candidate;
        this.answer = answer;
        this.recognised = recognised;
        next = candidate.index();
        wanted = Math.max(answer.atLeast(), seen + 1);
        note = answer.note();
    }
}
