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
 * directory; where it finds none that fits, it says by a system property what to call one. It is made by a second JVM,
 * in the background and at the lowest priority, which does a {@link Rehearsal} of a start and writes down its classes
 * as it ends. Whatever fails, there is no archive, and nothing else is different.
 *
 * <p>The name of an archive is what the launcher gave and the file's own check sum, so that one that was damaged is not
 * used: a JVM dies of an archive that was cut short.
 */
final class ClassArchive {
    private static final Logger log = LoggerFactory.getLogger(ClassArchive.class);

    /** Set by the launcher: the path of the archive that is missing, up to its check sum. */
    private static final String WANTED = "refractium.archive";

    /** These tell any JVM what only the server's own was meant to hear: debuggers, agents, ports. */
    private static final Set<String> OPTIONS_OF_EVERY_JVM = Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /**
     * Takes the file to make and a command that makes it. It may outlive a server that is stopped at once; the name with the sum comes last, by renaming. Whatever else lies there is of other JARs, or damaged, or half of
     * what another start is making now, and one is enough.
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
     * A process that is left alone becomes the first one's, which is asked to wait for it when it ends. The JVM waits for
     * what it started itself only.
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
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // the last for want of a thread
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
                "-Xmx256m", // as the launcher has it: the budgets of the configuration must fit
                "-XX:TieredStopAtLevel=1",
                "-Drefractium.home=" + home,
                "-cp",
                home.resolve("lib/refractium.jar").toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeAll(OPTIONS_OF_EVERY_JVM);
        builder.start();
    }
}
