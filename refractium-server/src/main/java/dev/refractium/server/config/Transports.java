package dev.refractium.server.config;

import dev.refractium.api.Transport;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the key {@code transport}, of routes and of listeners. */
final class Transports {
    private static final List<String> WORDS = List.of("tcp", "udp", "both");

    private Transports() {}

    /** Returns what the key says; empty if it is not set, or not readable, which is reported. */
    static Optional<Set<Transport>> read(Section section, String key) {
        return section.word(key, WORDS)
                .map(word -> word.equals("both")
                        ? EnumSet.allOf(Transport.class)
                        : EnumSet.of(Transport.valueOf(word.toUpperCase(Locale.ROOT))));
    }
}
