package dev.refractium.server.net;

import io.netty.util.Version;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A Netty on the class path that is older than this server needs, as parents and BOMs of frameworks bring it. Any thread. */
public final class OldNetty {
    /** The version that this server was built with. */
    static final String BUILT_WITH = "4.2.18.Final";

    private static final int MAJOR = 4;
    private static final int MINOR = 2;
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\..*");

    private OldNetty() {}

    /** Returns what to do about it; empty if all JARs of Netty that give their version are new enough. */
    public static Optional<String> remedy() {
        String found = Version.identify(OldNetty.class.getClassLoader()).values().stream()
                .filter(jar -> isOld(jar.artifactVersion()))
                .map(jar -> jar.artifactId() + " " + jar.artifactVersion())
                .sorted()
                .collect(Collectors.joining(", "));
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of("the class path has an older Netty than " + MAJOR + "." + MINOR + ": " + found
                        + "; a parent or BOM of the build manages it: set its property netty.version to " + BUILT_WITH
                        + ", or import io.netty:netty-bom:" + BUILT_WITH + " before it");
    }

    private static boolean isOld(String version) {
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.matches()) {
            return false;
        }
        int major = Integer.parseInt(numbers.group(1));
        return major < MAJOR || (major == MAJOR && Integer.parseInt(numbers.group(2)) < MINOR);
    }
}
