package dev.refractium.server.text;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A path whose last name may have wildcards: {@code *} for any characters, {@code ?} for any one. A wildcard matches no
 * hidden file. Immutable.
 *
 * @param name the last name, as written
 */
public record FilePattern(Path directory, String name) {
    /**
     * Reads a pattern.
     *
     * @param base where a relative one starts
     * @throws IllegalArgumentException saying what is wrong and what to write
     */
    public static FilePattern of(Path base, String text) {
        int slash = text.lastIndexOf('/');
        String parent = text.substring(0, slash + 1);
        String name = text.substring(slash + 1);
        if (hasWildcard(parent)) {
            throw new IllegalArgumentException(
                    Escape.quoted(text) + " has a wildcard before its last name; write a directory and *.toml");
        }
        if (name.isBlank() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException(Escape.quoted(text) + " names no file; write a directory and *.toml");
        }
        try {
            // Some systems have no such characters in paths.
            String plain = name.replace('*', 'x').replace('?', 'x');
            Path file = base.resolve(parent).toAbsolutePath().resolve(plain);
            return new FilePattern(Objects.requireNonNull(file.getParent()), name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(Escape.quoted(text) + " is no path; " + e.getReason(), e);
        }
    }

    public boolean hasWildcard() {
        return hasWildcard(name);
    }

    /**
     * Returns the files that match, sorted by name; without a wildcard the one file, whether or not it exists.
     *
     * @throws IOException if the directory cannot be read
     */
    public List<Path> files() throws IOException {
        if (!hasWildcard()) {
            return List.of(directory.resolve(name));
        }
        Pattern wanted = pattern();
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String found = String.valueOf(entry.getFileName());
                if (!found.startsWith(".") && wanted.matcher(found).matches()) {
                    files.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparing(file -> String.valueOf(file.getFileName())));
        return files;
    }

    private Pattern pattern() {
        StringBuilder regex = new StringBuilder();
        name.codePoints()
                .forEach(c -> regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c))));
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static boolean hasWildcard(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }
}
