package dev.refractium.server.control;

import java.nio.file.Path;
import java.util.List;

/**
 * What one process passes on to another that is to serve in its place.
 *
 * @param descriptors sockets of TCP and UDP that are bound; each belongs to the process that has it
 * @param files those of Unix sockets, which the other may replace
 */
public record Inherited(List<Integer> descriptors, List<Path> files) {
    /** Nothing. */
    public static final Inherited NOTHING = new Inherited(List.of(), List.of());

    public Inherited {
        descriptors = List.copyOf(descriptors);
        files = List.copyOf(files);
    }
}
