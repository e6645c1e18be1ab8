package dev.refractium.server.identify;

import dev.refractium.api.Identification;
import org.jspecify.annotations.Nullable;

/**
 * How far the identification of one session has come: protocols that said no are not asked again, and one that asked
 * for more is not asked before it is there. One thread; may be reused after {@link #reset}.
 */
public final class Inquiry {
    int next;
    int wanted;

    @Nullable
    Candidate candidate;

    Identification answer = Identification.noMatch();

    /** Forgets everything. */
    public void reset() {
        next = 0;
        wanted = 0;
        candidate = null;
        answer = Identification.noMatch();
    }

    /** The protocol that decided; null unless the outcome was MATCHED or INCOMPLETE. */
    public @Nullable Candidate candidate() {
        return candidate;
    }

    /** Its answer. */
    public Identification answer() {
        return answer;
    }
}
