package dev.refractium.server.net;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The limit of this process's descriptors, and how many it needs beside its sessions. Any thread. */
public final class DescriptorLimit {
    /**
     * Descriptors that no limit hands out and that no connection is accepted with: so an accepted client's backend can
     * be dialled, and files that are open for a moment find one.
     */
    public static final int RESERVE = 32;

    /** How many connects of one loop may race another connect of their session, each with a descriptor of its own. */
    public static final int RACING_PER_LOOP = 64;

    /** The descriptors of a command-line server itself: some forty JARs and files, and those that a reload opens. */
    private static final int OWN = 96;

    /** The descriptors that an embedding program may open after the start. */
    private static final int MORE = 16;

    private static final Pattern LIMITS = Pattern.compile("(\\d+)\\s+(\\d+)\\s+files");

    private DescriptorLimit() {}

    /** Returns the hard limit, to which the JVM raises its own when it starts; empty if it is not known. */
    public static OptionalInt hard() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
                if (line.startsWith("Max open files")) {
                    Matcher limits = LIMITS.matcher(line);
                    return limits.find() ? OptionalInt.of(Integer.parseInt(limits.group(2))) : OptionalInt.empty();
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux, or unlimited.
        }
        return OptionalInt.empty();
    }

    /**
     * Returns the number from which on a descriptor belongs to the reserve: the system hands out the lowest free number,
     * so that all lower ones are taken then.
     */
    public static int reserveFrom() {
        OptionalInt limit = hard();
        return limit.isPresent() ? limit.getAsInt() - RESERVE : Integer.MAX_VALUE;
    }

    /** Returns how many descriptors to allow for anything but a server's sockets; call it before a server opens any. */
    public static int own() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? OWN : Math.max(OWN, open.length + MORE);
    }
}
