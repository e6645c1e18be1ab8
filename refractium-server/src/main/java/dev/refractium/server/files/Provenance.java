package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a file that the server is about to obey, its configuration or a plugin, may come from somebody else: from a
 * user who may write it, or a directory that it lies in, or put another link in the place of one that leads to it. Any
 * thread.
 */
public final class Provenance {
    private final Path path;
    private final Way way;
    private final Optional<String> reason;
    private final Optional<Path> excused;

    private Provenance(Path path, Predicate<Path> excuse) throws IOException {
        Judge judge = new Judge(excuse);
        this.path = path;
        this.way = Way.to(path);
        this.reason = judge.reason(way);
        this.excused = judge.excused();
    }

    /**
     * Looks at a configuration.
     *
     * @param trusted directories in which all is taken as it is; what lies above them is not
     * @throws IOException if the file is missing or cannot be looked at
     */
    public static Provenance ofConfiguration(Path file, Set<Path> trusted) throws IOException {
        Set<Path> real = Judge.real(trusted);
        return new Provenance(file, step -> real.stream().anyMatch(step::startsWith));
    }

    /**
     * Looks at a JAR, or a directory of them. Directories that the server's own code lies below are taken as they are.
     *
     * @throws IOException if there is nothing, or it cannot be looked at
     */
    public static Provenance ofPlugins(Path path) throws IOException {
        return new Provenance(path, OwnCode.directories()::contains);
    }

    /**
     * Why this is not to be trusted, and the command that mends it, such as "every user may write it; chmod o-w
     * /etc/refractium.toml".
     *
     * @return empty where only this process's user and root may write it, where nobody may since it is mounted read-only,
     *     and where the file system keeps no POSIX permissions
     */
    public Optional<String> reason() {
        return reason;
    }

    /** The first file or directory that is taken as it is, though others may write it. */
    public Optional<Path> excused() {
        return excused;
    }

    /**
     * Looks again: returns whether the same file would be found in the same way. To be asked after the file has been read,
     * since one that was swapped in the meantime is not what was judged.
     */
    public boolean isUnchanged() throws IOException {
        return Objects.equals(Way.to(path), way);
    }
}
