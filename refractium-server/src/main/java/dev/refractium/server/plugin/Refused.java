package dev.refractium.server.plugin;

import java.util.Optional;

/** Why a JAR is not taken; becomes a {@link RefusedJar} once the file is known. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 120;

    private final transient Optional<String> id;

    Refused(String reason) {
        this(Optional.empty(), reason);
    }

    private Refused(Optional<String> id, String reason) {
        super(reason, null, false, false);
        this.id = id;
    }

    /** The same, now that the JAR's id is known. */
    Refused by(String knownId) {
        return new Refused(Optional.of(knownId), reason());
    }

    Optional<String> id() {
        return id;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** Text from a JAR, of bounded length, for a reason. */
    static String quote(String text) {
        return '"' + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…") + '"';
    }
}
