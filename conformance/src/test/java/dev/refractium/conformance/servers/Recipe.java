package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import java.util.List;

/**
 * How to start a server that runs in a process of its own. In the file, the variant and the command, {@code @DIR@} stands for the
 * server's directory, {@code @PORT@} for its port and {@code @KEYS@} for the directory of keys.
 *
 * @param title what the table shows
 * @param file the resource that is copied into the server's directory
 * @param variant what {@code @VARIANT@} stands for in the file
 * @param command the program, which may be missing, and its arguments
 * @param names the names that it has virtual hosts for
 * @param parallel how many connections it serves at a time
 */
record Recipe(String title, String file, String variant, List<String> command, List<String> names, int parallel) {
    /** A server with all names that serves several connections at a time. */
    static Recipe of(String title, String file, String variant, String... command) {
        return new Recipe(title, file, variant, List.of(command), Server.NAMES, 8);
    }
}
