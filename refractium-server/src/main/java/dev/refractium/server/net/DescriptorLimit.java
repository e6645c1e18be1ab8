package dev.refractium.server.net;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many descriptors this process may have, and has whatever it serves. Any thread. */
public final class DescriptorLimit {
    /**
     * Descriptors that no limit gives away and that no connection is accepted with: who was accepted can also be dialled
     * for, and what is open for a moment only finds one.
     */
    public static final int RESERVE = 32;

    /** What a server of the command line may have open by itself: some forty JARs and files, and what a reload opens. */
    private static final int OWN = 96;

    /** What a program that embeds a server may open beside what it has open at the start. */
    private static final int MORE = 16;

    private static final Pattern LIMITS = Pattern.compile("(\\d+)\\s+(\\d+)\\s+files");

    private DescriptorLimit() {}

    /** The hard limit, which the JVM raises its own to when it starts; empty if it is not known. */
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
     * The number from which on a descriptor is one of the reserve: the system gives the lowest that is free, so that all
     * below it are taken then.
     */
    public static int reserveFrom() {
        OptionalInt limit = hard();
        return limit.isPresent() ? limit.getAsInt() - RESERVE : Integer.MAX_VALUE;
    }

    /** How many descriptors to allow for what is no server's; to be asked before a server opens any. */
    public static int own() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? OWN : Math.max(OWN, open.length + MORE);
    }
}
