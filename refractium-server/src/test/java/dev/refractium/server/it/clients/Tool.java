package dev.refractium.server.it.clients;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The programs of this machine that a test cannot do without. */
final class Tool {
    /** Set to 1 where a test that cannot run is a failure, as in the project's own checks. */
    private static final boolean REQUIRED = "1".equals(System.getenv("REFRACTIUM_REQUIRE_TOOLS"));

    private Tool() {}

    /** Where the program {@code name} is. Without it the test is skipped, or fails where no test may be skipped. */
    static Path find(String name) {
        // Servers stand in directories that an ordinary user's path does not have.
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            missing(name + " is not installed");
        }
        return found.orElseThrow();
    }

    /** Skips the test, with a message, since this machine cannot run it. */
    static void missing(String reason) {
        if (REQUIRED) {
            Assertions.fail(reason + ", and REFRACTIUM_REQUIRE_TOOLS=1 lets no test be skipped");
        }
        System.err.println("SKIPPED: " + reason);
        Assumptions.abort(reason);
    }
}
