package dev.refractium.server.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State directories that processes of this user left when they died: those whose lock is free, and those that have no
 * lock since their process was killed before it made one.
 */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    private static final Pattern NAME = Pattern.compile(StateDirectory.PREFIX + "(\\d{1,10})-\\d+");

    /** How old a directory without a lock must be: its process may be on another machine, or in another container. */
    private static final Duration OLD = Duration.ofMinutes(1);

    /** When the newest directory was made, by the clock of the file system. */
    private final long nowMillis;

    private Leftovers(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** Removes leftovers next to {@code fresh}, which was made just now. Throws nothing. */
    static void remove(Path fresh) {
        try (DirectoryStream<Path> candidates =
                Files.newDirectoryStream(fresh.resolveSibling("."), StateDirectory.PREFIX + "*")) {
            Leftovers leftovers = new Leftovers(Files.getLastModifiedTime(fresh).toMillis());
            for (Path candidate : candidates) {
                Path path = candidate.normalize();
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && !StateDirectory.isOpen(path)) {
                    leftovers.removeIfDead(path);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("could not look for leftovers beside {}", fresh, e);
        }
    }

    private void removeIfDead(Path candidate) {
        try {
            if (!Files.getOwner(candidate, LinkOption.NOFOLLOW_LINKS).equals(Self.user())) {
                return;
            }
            Path lock = candidate.resolve(StateDirectory.LOCK);
            if (Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS)) {
                removeIfFree(candidate, lock);
            } else if (!Files.exists(lock, LinkOption.NOFOLLOW_LINKS) && isUnfinished(candidate)) {
                removeUnfinished(candidate);
            }
        } catch (IOException e) {
            // Another user's, or being removed by another server at this moment.
            log.debug("left alone: {}", candidate, e);
        }
    }

    private static void removeIfFree(Path candidate, Path lockFile) throws IOException {
        try (FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (lock.tryLock() != null) {
                log.info("removing the state of a server that died: {}", candidate);
                StateDirectory.remove(candidate, lock);
            }
        }
    }

    private static void removeUnfinished(Path candidate) throws IOException {
        Path unnamed = candidate.resolve(StateDirectory.UNNAMED_LOCK);
        if (Files.isRegularFile(unnamed, LinkOption.NOFOLLOW_LINKS)) {
            removeIfFree(candidate, unnamed);
        } else if (!Files.exists(unnamed, LinkOption.NOFOLLOW_LINKS)) {
            log.info("removing the state of a server that died as it started: {}", candidate);
            StateDirectory.remove(candidate);
        }
    }

    /**
     * Returns whether no process can be about to lock it. No other process has this process's number, so its owner is
     * gone too.
     */
    private boolean isUnfinished(Path candidate) throws IOException {
        Matcher name = NAME.matcher(candidate.getFileName().toString());
        long age = nowMillis
                - Files.getLastModifiedTime(candidate, LinkOption.NOFOLLOW_LINKS)
                        .toMillis();
        if (!name.matches() || age < OLD.toMillis()) {
            return false;
        }
        long pid = Long.parseLong(name.group(1));
        return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
    }
}
