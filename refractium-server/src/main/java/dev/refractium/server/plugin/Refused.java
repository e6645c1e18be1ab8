package dev.refractium.server.plugin;

import java.nio.file.Path;
import java.util.Optional;

/** Why a JAR is not taken; becomes a {@link RefusedJar} once the file is known. */
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

    /** A sound JAR that the operator does not want. */
    static Refused leftOut(String id, String reason) {
        return new Refused(Optional.of(id), reason, true);
    }

    /** The same, now that the JAR's id is known. */
    Refused by(String knownId) {
        return new Refused(Optional.of(knownId), reason(), leftOut);
    }

    /** As {@link RefusedJar} has it. */
    RefusedJar jar(Path file) {
        return new RefusedJar(file, id, reason(), leftOut);
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** Text from a JAR, of bounded length, for a reason. */
    static String quote(String text) {
        return '"' + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…") + '"';
    }
}
