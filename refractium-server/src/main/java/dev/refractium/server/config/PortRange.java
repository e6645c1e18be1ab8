package dev.refractium.server.config;

import dev.refractium.server.text.Escape;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The ports of a listener: one, or {@code first-last}.
 *
 * @param first 1 to 65535; 0 alone: any free one
 * @param last not less than {@code first}, and at most {@link #MOST} ports in all
 */
public record PortRange(int first, int last) {
    /** A range has this many ports at most. */
    public static final int MOST = 1_000;

    private static final int MAX = 65535;

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})-([0-9]{1,5})");

    /** @throws InvalidValueException saying what is wrong */
    public PortRange {
        if (first < 0 || last > MAX) {
            throw outOfRange(first < 0 ? first : last);
        }
        if (last < first) {
            throw refused(first + "-" + last + " runs backwards; write the lower port first");
        }
        if (first == 0 && last != 0) {
            throw refused("0 is any free port and begins no range; write the first port");
        }
        if (last - first >= MOST) {
            throw refused(first + "-" + last + " are " + (last - first + 1) + " ports; use " + MOST + " at most");
        }
    }

    /**
     * Returns the range of one port.
     *
     * @throws InvalidValueException if there is no such port
     */
    public static PortRange of(long port) {
        if (port < 0 || port > MAX) {
            throw outOfRange(port);
        }
        return new PortRange((int) port, (int) port);
    }

    /**
     * Reads {@code first-last}.
     *
     * @throws InvalidValueException saying what is wrong
     */
    static PortRange parse(String text) {
        Matcher range = TEXT.matcher(text);
        if (!range.matches()) {
            throw refused(
                    Escape.quoted(text) + " is no range of ports; write \"8000-8100\", or a number without quotes");
        }
        return new PortRange(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
    }

    /** Returns the first port that both have; any free port is none. */
    Optional<Integer> sharedWith(PortRange other) {
        int shared = Math.max(first, other.first);
        return shared > 0 && shared <= Math.min(last, other.last) ? Optional.of(shared) : Optional.empty();
    }

    /** Returns all ports. */
    public List<Integer> all() {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    private static InvalidValueException outOfRange(long port) {
        return refused(port + " is out of range; use 0 to " + MAX);
    }

    private static InvalidValueException refused(String detail) {
        return new InvalidValueException("port", detail);
    }

    @Override
    public String toString() {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
