package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The origin of a file that the server is about to obey, its configuration or a plugin, or of a socket that it makes: whether another user may have
 * written it, may write a directory on the way to it, or may replace a link that leads to it. Any thread.
 */
public final class Provenance {
    private final Path path;
    private final Way way;
    private final Optional<String> reason;
    private final Optional<Path> excused;

    private Provenance(Path path, Way way, Predicate<Path> excuse) throws IOException {
        this(path, way, excuse, Judge::reason);
    }

    private Provenance(Path path, Way way, Predicate<Path> excuse, Question question) throws IOException {
        Judge judge = new Judge(excuse);
        this.path = path;
        this.way = way;
        this.reason = question.ask(judge, way);
        this.excused = judge.excused();
    }

    private interface Question {
        Optional<String> ask(Judge judge, Way way) throws IOException;
    }

    /**
     * Judges a configuration.
     *
     * @param trusted directories whose content is accepted as it is; directories above them are judged
     * @throws IOException if the file is missing or its attributes cannot be read
     */
    public static Provenance ofConfiguration(Path file, Set<Path> trusted) throws IOException {
        return new Provenance(file, Way.to(file), inside(trusted));
    }

    /**
     * Judges a file that holds a secret: whether another user may read it, too.
     *
     * @param trusted as for {@link #ofConfiguration}
     * @throws IOException if the file is missing or its attributes cannot be read
     */
    public static Provenance ofSecret(Path file, Set<Path> trusted) throws IOException {
        return new Provenance(file, Way.to(file), inside(trusted), Judge::reasonOfSecret);
    }

    /**
     * Judges a directory in which this process is about to make a socket: whether another user may replace that. A sticky
     * directory, as /tmp, keeps others from it.
     *
     * @param trusted as for {@link #ofConfiguration}
     * @throws IOException if the directory is missing or its attributes cannot be read
     */
    public static Provenance ofSocketDirectory(Path directory, Set<Path> trusted) throws IOException {
        return new Provenance(directory, Way.to(directory), inside(trusted), Judge::reasonBelow);
    }

    private static Predicate<Path> inside(Set<Path> trusted) {
        Set<Path> real = Judge.real(trusted);
        return step -> real.stream().anyMatch(step::startsWith);
    }

    /**
     * Judges a directory of JARs. Directories above the server's own code are accepted as they are.
     *
     * @throws IOException if the path is missing or its attributes cannot be read
     */
    public static Provenance ofPlugins(Path path) throws IOException {
        return new Provenance(path, Way.to(path), OwnCode.directories()::contains);
    }

    /**
     * Judges a JAR of this directory, as {@link #ofPlugins} does, without reading the way to the directory again.
     *
     * @throws IOException if the JAR is missing or its attributes cannot be read
     */
    public Provenance ofPlugin(Path jar) throws IOException {
        return new Provenance(jar, way.below(jar), OwnCode.directories()::contains);
    }

    /**
     * Returns why the file cannot be trusted, and the command that corrects it, such as "every user may write it; chmod o-w
     * /etc/refractium.toml".
     *
     * @return empty if only this process's user and root may write it, if it is mounted read-only, or if the file system
     *     has no POSIX permissions
     */
    public Optional<String> reason() {
        return reason;
    }

    /** Returns the first file or directory that was accepted although other users may write it. */
    public Optional<Path> excused() {
        return excused;
    }

    /**
     * Returns whether the same path still leads to the same file by the same directories and links. Call it after the file
     * has been read: a file that was swapped in the meantime is not the one that was judged.
     */
    public boolean isUnchanged() throws IOException {
        return Objects.equals(Way.to(path), way);
    }
}
