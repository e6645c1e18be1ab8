package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.NameTable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.tomlj.TomlPosition;

/**
 * Reads a map: a name and where its sessions go on each line, and comments from "#" to the end of a line. Works on bytes,
 * since a map may have hundreds of thousands of lines. One use, one thread.
 */
public final class MapFile {
    /** How many bytes such a file may have. */
    public static final int LARGEST = 64 << 20;

    /** Room for more names is made as they come: a file may have other content. */
    private static final int MOST_EXPECTED = 1 << 18;

    private static final String SERVER = "is no IP address with a port, which a map takes alone;"
            + " write 192.0.2.1:443 or [2001:db8::1]:443, or name a pool";

    private final String attribute;
    private final byte[] bytes;
    private final Problems problems;
    private final NameTable.Builder names;

    /** Each spelling of a destination, with its index in {@code targets}. */
    private final NameTable.Builder spellings = new NameTable.Builder();

    private final Map<Destination, Integer> known = new HashMap<>();
    private final List<Target> targets = new ArrayList<>();

    private MapFile(Path file, String attribute, byte[] bytes) {
        this.attribute = attribute;
        this.bytes = bytes;
        this.names = new NameTable.Builder(expected(bytes));
        this.problems = new Problems(file.toString());
    }

    /** Returns how many names there are, if each line has one. */
    private static int expected(byte[] bytes) {
        int lines = 0;
        for (int i = 0; i < bytes.length && lines < MOST_EXPECTED; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /**
     * The content of a file.
     *
     * @param names to be used only if there are no problems; the value of each is an index in {@code targets}
     * @param targets each destination once, in the order of the file
     * @param problems by line
     */
    public record Parsed(Path file, NameTable names, List<Target> targets, List<Problem> problems) {
        public Parsed {
            targets = List.copyOf(targets);
            problems = List.copyOf(problems);
        }

        /** Returns a problem with a line. */
        public Problem problem(int line, String message) {
            return new Problem(new Problems(file.toString()).place(TomlPosition.positionAt(line, 1)), "map", message);
        }
    }

    /**
     * A destination.
     *
     * @param line the first that names it
     */
    public record Target(Destination destination, int line) {}

    /**
     * Reads the content of a file. A file that does not end with a line feed may be half written, and one without a name
     * may be about to be written: both are problems.
     *
     * @param attribute whose values the names are
     * @param bytes {@link #LARGEST} at most; one more shows that the file is too large
     */
    public static Parsed parse(Path file, String attribute, byte[] bytes) {
        MapFile reader = new MapFile(file, attribute, bytes);
        if (bytes.length > LARGEST) {
            reader.problems.addForFile("is larger than " + new Size(LARGEST) + "; name a map");
        } else {
            reader.read();
        }
        return new Parsed(file, reader.names.table(), reader.targets, reader.problems.all());
    }

    /** Returns whether the names for this attribute are host names, which have their normal form once they are read. */
    public static boolean hasHostNames(String attribute) {
        return AttributeValue.isHostName(attribute);
    }

    private void read() {
        int number = 1;
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                line(number++, from, i);
                from = i + 1;
            }
        }
        if (from < bytes.length) {
            problem(number, "the last line does not end with a line feed, so that it may be cut short; add one");
        } else if (names.size() == 0 && problems.isEmpty()) {
            problem(1, "the map has no name; write one on a line with its pool, or remove the map");
        }
    }

    private void line(int number, int from, int end) {
        int to = from;
        while (to < end && bytes[to] != '#') {
            to++;
        }
        while (to > from && isBlank(bytes[to - 1])) {
            to--;
        }
        int name = skip(from, to, true);
        if (name == to) {
            return;
        }
        int nameEnd = skip(name, to, false);
        int target = skip(nameEnd, to, true);
        if (target == to) {
            problem(number, text(name, nameEnd) + " has no destination; write a pool or address:port behind it");
        } else if (skip(target, to, false) < to) {
            problem(number, "has more than a name and a destination; write several addresses as a:1,b:2");
        } else {
            add(number, name, nameEnd, target(number, target, to));
        }
    }

    /** @param target negative if it was refused */
    private void add(int number, int from, int to, int target) {
        if (target < 0) {
            return;
        }
        byte[] source = bytes;
        int start = from;
        int end = to;
        if (!isPlain(from, to)) {
            Optional<byte[]> normal = normal(number, from, to);
            if (normal.isEmpty()) {
                return;
            }
            source = normal.get();
            start = 0;
            end = source.length;
        }
        int earlier = names.add(source, start, end, target, number);
        if (earlier != 0) {
            problem(number, text(from, to) + " is also on line " + earlier + "; remove one");
        }
    }

    /**
     * Returns whether a name is in its normal form by its look: {@link NameTable#DEFAULT}, or labels of lower-case letters,
     * digits, "_" and inner "-", with "*" as the first if at all. That holds for all attributes.
     */
    private boolean isPlain(int from, int to) {
        if (to - from == 1 && bytes[from] == '@') {
            return true;
        }
        boolean wildcard = to - from > 2 && bytes[from] == '*' && bytes[from + 1] == '.';
        int label = wildcard ? from + 2 : from;
        if (to - label > HostName.LONGEST) {
            return false;
        }
        for (int i = label; i <= to; i++) {
            byte c = i == to ? (byte) '.' : bytes[i];
            if (c == '.') {
                if (i == label || i - label > HostName.LONGEST_LABEL || bytes[label] == '-' || bytes[i - 1] == '-') {
                    return false;
                }
                label = i + 1;
            } else if (!isPlain(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(byte c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /** Returns the normal form of any name; empty if it is refused, which is reported. */
    private Optional<byte[]> normal(int number, int from, int to) {
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
            return Optional.of(AttributeValue.normalise(attribute, name).getBytes(StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            problem(number, "is not UTF-8; write the file as UTF-8");
        } catch (IllegalArgumentException e) {
            problem(number, Objects.requireNonNull(e.getMessage()));
        }
        return Optional.empty();
    }

    /** Returns the index of a destination; negative if it is refused, which is reported. */
    private int target(int number, int from, int to) {
        int spelling = spellings.find(bytes, from, to);
        if (spelling != NameTable.NONE) {
            return spellings.value(spelling);
        }
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        try {
            int target = known.computeIfAbsent(destination(text), destination -> {
                targets.add(new Target(destination, number));
                return targets.size() - 1;
            });
            spellings.add(bytes, from, to, target, number);
            return target;
        } catch (InvalidValueException e) {
            problem(number, e.detail());
            return NameTable.NONE;
        } catch (IllegalArgumentException e) {
            problem(number, Objects.requireNonNull(e.getMessage()));
            return NameTable.NONE;
        }
    }

    private static Destination destination(String text) {
        if (Destination.isPool(text)) {
            return Destination.parse(List.of(text));
        }
        if (text.indexOf(':') < 0) {
            PoolConfig.checkName("map", text);
            return Destination.toPool(text);
        }
        List<PoolServer> servers = new ArrayList<>();
        for (String address : text.split(",", -1)) {
            servers.add(server(address));
        }
        ServersReader.requireDistinct("map", servers);
        return Destination.to(servers);
    }

    private static PoolServer server(String text) {
        boolean other = text.startsWith("unix:") || text.contains("://");
        Endpoint address = other ? null : Endpoint.parse(text);
        if (address == null
                || address.relative()
                || HostName.address(address.host()).isEmpty()) {
            throw new IllegalArgumentException(Escape.quoted(text) + " " + SERVER);
        }
        return PoolServer.at(address);
    }

    private int skip(int from, int to, boolean blanks) {
        int at = from;
        while (at < to && isBlank(bytes[at]) == blanks) {
            at++;
        }
        return at;
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    private String text(int from, int to) {
        return Escape.quoted(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }

    private void problem(int line, String message) {
        problems.add(TomlPosition.positionAt(line, 1), "map", message);
    }
}
