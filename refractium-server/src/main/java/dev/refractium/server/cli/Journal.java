package dev.refractium.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.logging.log4j.Level;

/**
 * What systemd's journal takes at the beginning of a line as its priority: the priority of syslog between angle brackets
 * (sd-daemon(3)).
 */
final class Journal {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Journal() {}

    /** Returns whether the journal reads standard error. */
    static boolean readsStandardError() {
        return reads(STANDARD_ERROR, System.getenv());
    }

    /** Returns whether this file is the one that the journal reads: JOURNAL_STREAM has its device and inode (systemd.exec(5)). */
    static boolean reads(Path file, Map<String, String> environment) {
        String stream = environment.get("JOURNAL_STREAM");
        if (stream == null) {
            return false;
        }
        try {
            Map<String, Object> identity = Files.readAttributes(file, "unix:dev,ino");
            return stream.equals(identity.get("dev") + ":" + identity.get("ino"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns lines with the priority of a level at the beginning of each. */
    static String prioritised(String lines, Level level) {
        String priority = "<" + priority(level) + ">";
        return priority + lines.stripTrailing().replace("\n", "\n" + priority) + "\n";
    }

    private static int priority(Level level) {
        if (level.isMoreSpecificThan(Level.FATAL)) {
            return 2;
        }
        if (level.isMoreSpecificThan(Level.ERROR)) {
            return 3;
        }
        if (level.isMoreSpecificThan(Level.WARN)) {
            return 4;
        }
        return level.isMoreSpecificThan(Level.INFO) ? 6 : 7;
    }
}
