package dev.refractium.server.it.support;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The open files and sockets of this process. */
public final class Descriptors {
    private static final Path OPEN = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Returns whether this system reports descriptors. */
    public static boolean areKnown() {
        return Files.isDirectory(OPEN);
    }

    /** How many this process may have open at once. */
    public static long limit() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
    }

    /** How many are open now. */
    public static int open() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(OPEN)) {
            for (Path ignored : all) {
                count++;
            }
        }
        return count;
    }
}
