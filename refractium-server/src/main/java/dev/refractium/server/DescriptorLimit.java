package dev.refractium.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many descriptors this process may have, which the JVM raises to the hard limit when it starts. */
final class DescriptorLimit {
    /** JARs, loops, listeners, logs, probes and what the JVM has open by itself. */
    private static final int OTHERS = 200;

    private static final Pattern LIMITS = Pattern.compile("(\\d+)\\s+(\\d+)\\s+files");

    private DescriptorLimit() {}

    /** The most connections that fit, each with two sides, beside so many UDP flows; empty if there is no saying. */
    static OptionalInt maxConnections(int udpFlows) {
        OptionalInt limit = hardLimit();
        return limit.isEmpty() ? limit : OptionalInt.of((limit.getAsInt() - OTHERS - udpFlows) / 2);
    }

    private static OptionalInt hardLimit() {
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
}
