package dev.refractium.server.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of loaded classes (CDS) that makes the next start quicker. The launcher looks for it in the user's cache
 * directory; if none fits, the launcher names the missing one by a system property. A second JVM makes it, in the
 * background and at the lowest priority: it does a {@link Rehearsal} of a start and writes its classes down as it ends.
 * A failure leaves no archive, and has no other effect.
 *
 * <p>The name of an archive is the launcher's name and the file's own check sum, so that a damaged archive is not used:
 * a JVM crashes on an archive that was cut short.
 */
final class ClassArchive {
    private static final Logger log = LoggerFactory.getLogger(ClassArchive.class);

    /** Set by the launcher: the path of the missing archive, without its check sum. */
    private static final String WANTED = "refractium.archive";

    /** These options apply to any JVM, but were meant for the server's own: debuggers, agents, ports. */
    private static final Set<String> OPTIONS_OF_EVERY_JVM = Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /**
     * Takes the file to make and a command that makes it. It may outlive a server that is stopped at once; the name
     * with the sum is given last, by renaming. Other archives there belong to other JARs, are damaged, or are being
     * made by another start, and one is enough.
     */
    private static final String MAKE = """
            new=$1.$$.tmp
            wanted=$1
            shift
            (
                trap 'rm -f "$new"' EXIT
                nice -n 19 "$@" -XX:ArchiveClassesAtExit="$new" dev.refractium.server.cli.Rehearsal || exit
                sum=$(cksum <"$new") && chmod 600 "$new" || exit
                for old in "${wanted%/*}"/*; do [ "$old" = "$new" ] || rm -f "$old"; done
                mv -f "$new" "$wanted-${sum%% *}.jsa"
            )
            """;

    /**
     * An orphaned process becomes the child of process 1, which would have to wait for it. The JVM waits only for what
     * it started itself.
     */
    private static final String DETACHED = ProcessHandle.current().pid() == 1 ? "" : " &";

    private ClassArchive() {}

    /** Has an archive made if the launcher misses one. Returns at once. */
    static void makeIfWanted() {
        String wanted = System.getProperty(WANTED);
        if (wanted == null || wanted.isEmpty() || Installation.home().isEmpty()) {
            return;
        }
        try {
            make(Path.of(wanted), Installation.home().get());
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // The last for want of a thread.
            log.debug("no archive of classes", e);
        }
    }

    private static void make(Path wanted, Path home) throws IOException {
        Files.createDirectories(
                wanted.resolveSibling("."),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", MAKE.strip() + DETACHED, "sh", wanted.toString()));
        command.addAll(List.of(
                Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "java")
                        .toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m", // The launcher's value: the budgets of the configuration must fit.
                "-XX:TieredStopAtLevel=1",
                "-Drefractium.home=" + home,
                "-cp",
                home.resolve("lib/refractium.jar").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeAll(OPTIONS_OF_EVERY_JVM);
        Supervisor.hideFrom(builder.environment());
        builder.start();
    }
}
