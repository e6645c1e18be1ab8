package dev.refractium.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The table of a document that says which package may import which. A row names one or more packages, what they hold,
 * and what they may import: names in backquotes, "all but" some, or a dash for none; the word Netty for that library.
 *
 * @param mayImport package to what it may import; the root is the empty name
 * @param usersOfNetty the packages that may use Netty
 */
record ImportTable(Map<String, Set<String>> mayImport, Set<String> usersOfNetty) {
    private static final String HEAD = "| package of `dev.refractium.server` |";
    private static final Pattern NAME = Pattern.compile("`([a-z]+)`|(\\(?root\\)?)(?=[ ,]|$)");

    /** Reads the table of {@code document}. */
    static ImportTable read(Path document) {
        try {
            return parse(Files.readAllLines(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ImportTable parse(List<String> document) {
        List<String[]> rows = document.stream()
                .dropWhile(line -> !line.startsWith(HEAD))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|"))
                .toList();
        Set<String> all = new TreeSet<>();
        rows.forEach(row -> all.addAll(names(row[1])));
        Map<String, Set<String>> mayImport = new TreeMap<>();
        Set<String> netty = new TreeSet<>();
        for (String[] row : rows) {
            Set<String> allowed = names(row[3]);
            if (row[3].strip().startsWith("all but")) {
                Set<String> rest = new TreeSet<>(all);
                rest.removeAll(allowed);
                allowed = rest;
            }
            for (String name : names(row[1])) {
                Set<String> others = new TreeSet<>(allowed);
                others.remove(name);
                if (mayImport.put(name, others) != null) {
                    throw new IllegalArgumentException("two rows for " + name);
                }
                if (row[3].contains("Netty")) {
                    netty.add(name);
                }
            }
        }
        return new ImportTable(mayImport, netty);
    }

    /** The packages that have a row. */
    Set<String> packages() {
        return mayImport.keySet();
    }

    boolean allows(String from, String to) {
        return mayImport.getOrDefault(from, Set.of()).contains(to);
    }

    /** Returns packages each of which may import the next, and the last the first; empty if there are none. */
    Optional<List<String>> circle() {
        Set<String> done = new HashSet<>();
        for (String start : packages()) {
            Optional<List<String>> found = circle(start, new ArrayDeque<>(), done);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<List<String>> circle(String at, Deque<String> path, Set<String> done) {
        if (path.contains(at)) {
            return Optional.of(path.stream().dropWhile(name -> !name.equals(at)).toList());
        }
        if (done.contains(at)) {
            return Optional.empty();
        }
        path.addLast(at);
        for (String next : mayImport.getOrDefault(at, Set.of())) {
            Optional<List<String>> found = circle(next, path, done);
            if (found.isPresent()) {
                return found;
            }
        }
        path.removeLast();
        done.add(at);
        return Optional.empty();
    }

    private static Set<String> names(String cell) {
        Set<String> names = new TreeSet<>();
        NAME.matcher(cell).results().map(ImportTable::name).forEach(names::add);
        return names;
    }

    private static String name(MatchResult found) {
        return found.group(1) == null ? "" : found.group(1);
    }
}
