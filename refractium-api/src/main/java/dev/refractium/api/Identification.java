package dev.refractium.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A protocol's answer about the bytes of a {@link Peek}. Immutable and safe from any thread; answers without attributes
 * are shared constants, so that giving one allocates nothing.
 *
 * <p>As bytes are added, answers only move down the list of {@link Verdict}s, except that {@link Verdict#NEED_MORE} may
 * also become {@link Verdict#NO_MATCH}.
 *
 * @since 0.1.0
 */
public final class Identification {
    /** What is known about a session's protocol; each constant says what the host does. */
    public enum Verdict {
        /** Not this protocol, whatever follows: the host asks the next protocol. */
        NO_MATCH,
        /**
         * Every byte so far fits, and the question is open: the host waits. At the end of the wait it asks the next
         * protocol; where a route of this one asks for attributes, it takes the answer for {@link #UNREADABLE}.
         */
        NEED_MORE,
        /**
         * This protocol for certain, its attributes still open: the host routes at once where no route of the protocol
         * asks for attributes, and waits elsewhere.
         */
        RECOGNISED,
        /** This protocol, its attributes final; an attribute that is missing is proved absent: the host routes. */
        MATCH,
        /**
         * This protocol, and its attributes can never be known (malformed, ambiguous): as {@link #MATCH} where no route
         * of the protocol asks for attributes; elsewhere the host closes the session, unless told otherwise. See also
         * {@link #oddName}.
         */
        UNREADABLE
    }

    /** In place of the bytes to ask for, in an unreadable answer whose name is odd. */
    private static final int ODD_NAME = -1;

    /** Answers that ask for up to this many bytes are shared. */
    private static final int SHARED = 1024;

    private static final Identification NO = new Identification(Verdict.NO_MATCH, 0, 0);
    private static final Identification YES = new Identification(Verdict.MATCH, 0, 0);
    private static final Identification[] MORE = shared(Verdict.NEED_MORE);
    private static final Identification[] MINE = shared(Verdict.RECOGNISED);

    private final Verdict verdict;
    private final int atLeast;
    private final long note;

    /** The attributes, unless there is exactly one of one value: most matches are so, and need no map. */
    private final Map<String, List<String>> several;

    /** The one attribute of one value; empty if there is no such one. */
    private final String attribute;

    /** The value of the one attribute, or why the attributes are unreadable. */
    private final String text;

    private Identification(Verdict verdict, int atLeast, long note) {
        this.verdict = verdict;
        this.atLeast = atLeast;
        this.note = note;
        this.several = Map.of();
        this.attribute = "";
        this.text = "";
    }

    private Identification(Map<String, List<String>> several, String attribute, String text) {
        this.verdict = Verdict.MATCH;
        this.atLeast = 0;
        this.note = 0;
        this.several = several;
        this.attribute = attribute;
        this.text = text;
    }

    private Identification(int atLeast, String reason) {
        this.verdict = Verdict.UNREADABLE;
        this.atLeast = atLeast;
        this.note = 0;
        this.several = Map.of();
        this.attribute = "";
        this.text = Objects.requireNonNull(reason);
    }

    /** Not mine, whatever follows. */
    public static Identification noMatch() {
        return NO;
    }

    /**
     * Still open; ask again when the peek holds {@code atLeast} bytes, or when it is final, not before.
     *
     * @param atLeast a total, counted from the first byte; where it is not more than what is there already, the host
     *     asks again at the next byte
     */
    public static Identification needMore(int atLeast) {
        return of(MORE, Verdict.NEED_MORE, atLeast);
    }

    /**
     * Still open, as {@link #needMore(int)}, and remind me of {@code note} when you ask again.
     *
     * @param note handed back by {@link Peek#note()}; the protocol's own, such as a position read up to; 0 is none
     */
    public static Identification needMore(int atLeast, long note) {
        return note == 0 ? needMore(atLeast) : noted(Verdict.NEED_MORE, atLeast, note);
    }

    /**
     * Mine for certain, attributes still open; ask again when the peek holds {@code atLeast} bytes or is final.
     *
     * @param atLeast as in {@link #needMore(int)}
     */
    public static Identification recognised(int atLeast) {
        return of(MINE, Verdict.RECOGNISED, atLeast);
    }

    /**
     * Mine for certain, attributes still open, and remind me of {@code note} when you ask again.
     *
     * @param note as in {@link #needMore(int, long)}
     */
    public static Identification recognised(int atLeast, long note) {
        return note == 0 ? recognised(atLeast) : noted(Verdict.RECOGNISED, atLeast, note);
    }

    /** Mine, and no attribute is there. */
    public static Identification match() {
        return YES;
    }

    /**
     * Mine, with these attributes: name to values, canonical (lower case, validated) and not empty. Copied.
     */
    public static Identification match(Map<String, List<String>> attributes) {
        return attributes.isEmpty() ? YES : new Identification(copy(attributes), "", "");
    }

    /** Mine, with one attribute of one value; cheaper than a map of one. */
    public static Identification match(String attribute, String value) {
        if (attribute.isEmpty()) {
            throw new IllegalArgumentException("an attribute needs a name");
        }
        return new Identification(Map.of(), attribute, Objects.requireNonNull(value));
    }

    /**
     * Mine, but its attributes can never be known.
     *
     * @param reason a few words for an operator, such as "two Host lines"; never bytes of the peer
     */
    public static Identification unreadable(String reason) {
        return new Identification(0, reason);
    }

    /**
     * Mine, whole and well-formed, and every server reads the same one name in it; but the name is no host name, so that
     * no attribute can hold it: a server name such as {@code *.example.com}. The verdict is {@link Verdict#UNREADABLE};
     * an operator may send such sessions to the protocol's route that asks for nothing.
     *
     * @param reason as in {@link #unreadable}
     * @since 0.1.0
     */
    public static Identification oddName(String reason) {
        return new Identification(ODD_NAME, reason);
    }

    /** What is known. */
    public Verdict verdict() {
        return verdict;
    }

    /** The total of bytes to ask again at; 0 unless the verdict is NEED_MORE or RECOGNISED. */
    public int atLeast() {
        return Math.max(0, atLeast);
    }

    /** What {@link Peek#note()} is to say the next time; 0 unless the verdict is NEED_MORE or RECOGNISED. */
    public long note() {
        return note;
    }

    /** Name to values, unmodifiable; empty unless the verdict is MATCH. */
    public Map<String, List<String>> attributes() {
        return attribute.isEmpty() ? several : Map.of(attribute, List.of(text));
    }

    /** The values of one attribute, unmodifiable; empty if it is not there. */
    public List<String> values(String attribute) {
        if (this.attribute.isEmpty()) {
            return several.getOrDefault(attribute, List.of());
        }
        return this.attribute.equals(attribute) ? List.of(text) : List.of();
    }

    /** Returns whether nothing is wrong but that the one name is no host name, as {@link #oddName} says. */
    public boolean isOddName() {
        return atLeast == ODD_NAME;
    }

    /** Why the attributes are unreadable; empty for every other verdict. */
    public String reason() {
        return verdict == Verdict.UNREADABLE ? text : "";
    }

    @Override
    public String toString() {
        return switch (verdict) {
            case NO_MATCH -> "NO_MATCH";
            case NEED_MORE, RECOGNISED -> verdict + "(" + atLeast + ")";
            case MATCH -> "MATCH" + attributes();
            case UNREADABLE -> (isOddName() ? "ODD_NAME(" : "UNREADABLE(") + text + ")";
        };
    }

    private static Identification of(Identification[] shared, Verdict verdict, int atLeast) {
        return atLeast >= 0 && atLeast <= SHARED ? shared[atLeast] : noted(verdict, atLeast, 0);
    }

    private static Identification noted(Verdict verdict, int atLeast, long note) {
        return new Identification(verdict, Math.max(0, atLeast), note);
    }

    private static Identification[] shared(Verdict verdict) {
        Identification[] answers = new Identification[SHARED + 1];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = noted(verdict, i, 0);
        }
        return answers;
    }

    private static Map<String, List<String>> copy(Map<String, List<String>> attributes) {
        Map<String, List<String>> copy = new HashMap<>();
        attributes.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        return Map.copyOf(copy);
    }
}
