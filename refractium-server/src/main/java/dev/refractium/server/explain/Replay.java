package dev.refractium.server.explain;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Transport;
import dev.refractium.server.identify.BytePeek;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.identify.Inquiry;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Shows the first bytes of one session to identifiers, piece by piece, as a listener does. One thread. */
final class Replay {
    private final FirstBytes.Seen seen;
    private final BytePeek peek;
    private final List<Integer> bytewise;
    private final int[] datagramEnds;

    Replay(FirstBytes.Seen seen) {
        this.seen = seen;
        this.peek = new BytePeek(seen.transport());
        this.datagramEnds = seen.ends().stream().mapToInt(end -> end).toArray();
        // A datagram is never seen in part.
        this.bytewise = seen.transport() == Transport.UDP
                ? seen.ends()
                : IntStream.rangeClosed(1, seen.bytes().length).boxed().toList();
    }

    /**
     * The result of a replay.
     *
     * @param outcome WAIT if the bytes ran out first
     * @param candidate the protocol that answered last; null if all said no
     * @param answer of that protocol, unless it said no
     * @param at how many bytes had been shown when the verdict last changed
     * @param fault what a protocol threw
     */
    record Result(
            Outcome outcome, @Nullable Candidate candidate, Identification answer, int at, Optional<String> fault) {}

    /** Shows the bytes in the pieces that they arrived in, then reports that nothing follows. */
    Result asCut(Identifier identifier) {
        return walk(identifier, seen.ends(), true);
    }

    /** Shows the bytes one by one, then reports that nothing follows. */
    Result byteByByte(Identifier identifier) {
        return walk(identifier, bytewise, true);
    }

    /** Shows the bytes one by one, to their end: more might follow, unless the peek is full. */
    Result openEnded(Identifier identifier) {
        return walk(identifier, bytewise, false);
    }

    private Result walk(Identifier identifier, List<Integer> ends, boolean toTheEnd) {
        Inquiry inquiry = new Inquiry();
        Outcome outcome = Outcome.WAIT;
        Verdict verdict = Verdict.NEED_MORE;
        int at = 0;
        int shown = 0;
        try {
            for (int i = 0; i < ends.size() && outcome == Outcome.WAIT; i++) {
                shown = ends.get(i);
                outcome = ask(identifier, inquiry, shown, i + 1, seen.complete() && i == ends.size() - 1);
                Verdict now = answer(outcome, inquiry).verdict();
                at = now == verdict && outcome == Outcome.WAIT ? at : shown;
                verdict = now;
            }
            if (outcome == Outcome.WAIT && toTheEnd) {
                at = shown;
                outcome = ask(identifier, inquiry, shown, ends.size(), true);
            }
            Candidate spoke = outcome == Outcome.NONE ? null : inquiry.candidate();
            return new Result(outcome, spoke, answer(outcome, inquiry), at, Optional.empty());
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return new Result(Outcome.NONE, null, Identification.noMatch(), shown, Optional.of(e.toString()));
        } finally {
            peek.clear();
        }
    }

    private Outcome ask(Identifier identifier, Inquiry inquiry, int length, int pieces, boolean last) {
        return identifier.ask(
                seen.transport() == Transport.UDP
                        ? peek.overDatagrams(seen.bytes(), datagramEnds, pieces, last)
                        : peek.over(seen.bytes(), length, last),
                inquiry);
    }

    private static Identification answer(Outcome outcome, Inquiry inquiry) {
        boolean nobodyAsked = outcome == Outcome.WAIT && inquiry.candidate() == null;
        return nobodyAsked
                ? Identification.needMore(1)
                : outcome == Outcome.NONE ? Identification.noMatch() : inquiry.answer();
    }
}
