package dev.refractium.server.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The file systems that this process sees, and where: Linux's {@code /proc/self/mountinfo}. The JDK's
 * {@code FileStore.isReadOnly} cannot be asked: it takes a file that is mounted by itself, as containers have them, for
 * a part of the file system around it.
 */
record Mounts(List<Mount> all) {
    private static final Path TABLE = Path.of("/proc/self/mountinfo");
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    /**
     * One line of it.
     *
     * @param root the part of the file system that is mounted
     * @param point where it is mounted
     * @param readOnlyHere through this mount
     * @param readOnly the file system as a whole
     */
    record Mount(int id, int parent, String device, Path root, Path point, boolean readOnlyHere, boolean readOnly) {
        private static Optional<Mount> of(String line) {
            String[] halves = line.split(" - ", 2);
            String[] words = halves[0].split(" ", -1);
            String[] system = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            if (words.length < 6 || system.length < 3) {
                return Optional.empty();
            }
            // A user may mount what a program of that user answers for.
            boolean trusted = !system[0].startsWith("fuse");
            return Optional.of(new Mount(
                    Integer.parseInt(words[0]),
                    Integer.parseInt(words[1]),
                    words[2],
                    path(words[3]),
                    path(words[4]),
                    trusted && has(words[5], "ro"),
                    trusted && has(system[2], "ro")));
        }

        private static boolean has(String options, String option) {
            return Arrays.asList(options.split(",", -1)).contains(option);
        }

        private static Path path(String escaped) {
            return Path.of(OCTAL.matcher(escaped)
                    .replaceAll(octal ->
                            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(octal.group(1), 8)))));
        }

        private boolean isWritable() {
            return !readOnlyHere && !readOnly;
        }

        /** As somebody sees it for whom other things are mounted. */
        private Mount forEverybody() {
            return new Mount(id, parent, device, root, point, false, readOnly);
        }

        /** Returns the path of {@code file} within the file system. */
        private Path inside(Path file) {
            return root.resolve(point.relativize(file).toString());
        }
    }

    Mounts {
        all = List.copyOf(all);
    }

    /** Returns the mounts of this process; none if the system has no such table. */
    static Mounts read() throws IOException {
        return Files.isReadable(TABLE)
                ? parse(new String(Files.readAllBytes(TABLE), UTF_8), System.getenv())
                : new Mounts(List.of());
    }

    /**
     * Reads the table.
     *
     * @param environment a service of systemd may see a system that is read-only for itself alone, and others write there
     *     all the same: only what is read-only for everybody counts then
     */
    static Mounts parse(String table, Map<String, String> environment) {
        boolean service = environment.containsKey("INVOCATION_ID");
        List<Mount> mounts = table.lines()
                .map(Mount::of)
                .flatMap(Optional::stream)
                .map(mount -> service ? mount.forEverybody() : mount)
                .toList();
        return new Mounts(mounts);
    }

    /** Returns whether nobody can write {@code file}, a path without links, as far as this process can see. */
    boolean isReadOnly(Path file) {
        return under(file)
                .filter(mount -> mount.readOnly()
                        || (mount.readOnlyHere() && !isWritableElsewhere(mount.device(), mount.inside(file))))
                .isPresent();
    }

    /** Returns the mount that holds a file. A later mount may hide others below it. */
    private Optional<Mount> under(Path file) {
        Set<Integer> ids = all.stream().map(Mount::id).collect(Collectors.toSet());
        Optional<Mount> last = Optional.empty();
        Optional<Mount> next = all.stream()
                .filter(mount -> mount.parent() == mount.id() || !ids.contains(mount.parent()))
                .filter(mount -> file.startsWith(mount.point()))
                .findFirst();
        while (next.isPresent()) {
            last = next;
            next = mountedOn(next.get(), file);
        }
        return last;
    }

    private Optional<Mount> mountedOn(Mount lower, Path file) {
        return all.stream()
                .filter(mount -> mount.parent() == lower.id() && mount.id() != lower.id())
                .filter(mount -> file.startsWith(mount.point()))
                .min(Comparator.comparingInt(mount -> mount.point().getNameCount()));
    }

    private boolean isWritableElsewhere(String device, Path inside) {
        return all.stream()
                .anyMatch(mount ->
                        mount.device().equals(device) && mount.isWritable() && inside.startsWith(mount.root()));
    }
}
