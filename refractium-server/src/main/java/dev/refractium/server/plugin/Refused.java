package dev.refractium.server.plugin;

import java.nio.file.Path;
import java.util.Optional;

/** Why a JAR is not loaded; becomes a {@link RefusedJar} once the file is known. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 120;

    private final transient Optional<String> id;
    private final boolean leftOut;

    Refused(String reason) {
        this(Optional.empty(), reason, false);
    }

    private Refused(Optional<String> id, String reason, boolean leftOut) {
        super(reason, null, false, false);
        this.id = id;
        this.leftOut = leftOut;
    }

    /** Refuses a sound JAR that the operator does not want. */
    static Refused leftOut(String id, String reason) {
        return new Refused(Optional.of(id), reason, true);
    }

    /** Returns the same with the JAR's id. */
    Refused by(String knownId) {
        return new Refused(Optional.of(knownId), reason(), leftOut);
    }

    /** Returns whether it is sound and the operator does not want it; see {@link RefusedJar}. */
    RefusedJar jar(Path file) {
        return new RefusedJar(file, id, reason(), leftOut);
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** Returns text from a JAR, cut to a bounded length, for a reason. */
    static String quote(String text) {
        return '"' + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…") + '"';
    }
}
