package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Network;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Networks as a configuration names them: prefixes, and files of prefixes.
 *
 * @param networks in their order, each once
 * @param files as written: a relative path starts from the configuration's directory; sorted, each once
 */
public record Prefixes(List<Network> networks, List<Path> files) {
    /** What the name of a file begins with, among prefixes. */
    static final String FILE = "@";

    public Prefixes {
        networks = networks.stream().sorted().distinct().toList();
        files = files.stream().sorted().distinct().toList();
    }

    /**
     * Reads prefixes, and files that are written as {@code @prefixes.txt}.
     *
     * @throws IllegalArgumentException with what was found, what is wrong and what to write
     */
    public static Prefixes parse(List<String> written) {
        List<Network> networks = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (String one : written) {
            if (one.startsWith(FILE)) {
                files.add(file(one));
            } else {
                networks.add(Network.parse(one));
            }
        }
        return new Prefixes(networks, files);
    }

    /** Returns whether it names nothing. */
    boolean isEmpty() {
        return networks.isEmpty() && files.isEmpty();
    }

    /** Returns a prefix or a file that both name, as it is written; a file's content is not looked at. */
    Optional<String> sharedWith(Prefixes other) {
        return Stream.concat(
                        networks.stream().filter(other.networks::contains).map(Network::toString),
                        files.stream().filter(other.files::contains).map(file -> FILE + file))
                .findFirst();
    }

    /** Returns the prefixes and files as they are written, joined by "|". */
    @Override
    public String toString() {
        return Stream.concat(
                        networks.stream().map(Network::toString), files.stream().map(file -> FILE + file))
                .collect(Collectors.joining("|"));
    }

    private static Path file(String written) {
        try {
            if (written.length() > FILE.length()) {
                return Path.of(written.substring(FILE.length()));
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(Escape.quoted(written) + " is not a path; write @ and a file", e);
        }
        throw new IllegalArgumentException(Escape.quoted(written) + " names no file; write @prefixes.txt");
    }
}
