package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directories and links that lead to a file, from the root, and the file itself at the end. Each is read before the
 * next one. So if no other user can write any of them, no other user can have created a later one, or can replace one
 * afterwards.
 */
record Way(List<Step> steps) {
    /** The number of links that Linux follows. */
    private static final int MOST_LINKS = 40;

    private static final int STICKY = 01000;

    /**
     * One directory, link or file, with the attributes that it had when it was read.
     *
     * @param path has no links, except perhaps its last name
     * @param key identifies the file; null if the file system has no such key
     */
    record Step(Path path, Kind kind, @Nullable Object key, Access access, boolean sticky) {
        @SuppressWarnings("unchecked") // as the JDK documents the view
        private static Step of(Path path) throws IOException {
            Map<String, Object> found = Files.readAttributes(
                    path,
                    "unix:mode,fileKey,isDirectory,isSymbolicLink,owner,group,permissions",
                    LinkOption.NOFOLLOW_LINKS);
            var permissions = (Set<PosixFilePermission>) Objects.requireNonNull(found.get("permissions"));
            Access access =
                    new Access(Objects.toString(found.get("owner")), Objects.toString(found.get("group")), permissions);
            boolean sticky = ((int) Objects.requireNonNull(found.get("mode")) & STICKY) != 0;
            return new Step(path, Kind.of(found), found.get("fileKey"), access, sticky);
        }
    }

    /** The kinds of steps. */
    enum Kind {
        DIRECTORY,
        LINK,
        FILE;

        private static Kind of(Map<String, Object> found) {
            if (Boolean.TRUE.equals(found.get("isSymbolicLink"))) {
                return LINK;
            }
            return Boolean.TRUE.equals(found.get("isDirectory")) ? DIRECTORY : FILE;
        }
    }

    Way {
        steps = List.copyOf(steps);
    }

    /** Returns the way to {@code path}; without steps if its file system has no POSIX permissions. */
    static Way to(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            // The caller must learn that a file is missing on these systems too.
            path.getFileSystem().provider().checkAccess(path);
            return new Way(List.of());
        }
        try {
            return new Way(walk(path.toAbsolutePath()));
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(path.toString());
        }
    }

    /** Returns the way to an entry of the directory at the end of this way; reads the entry alone, unless it is a link. */
    Way below(Path entry) throws IOException {
        if (steps.isEmpty()) {
            return to(entry);
        }
        Path directory = steps.get(steps.size() - 1).path();
        Step last;
        try {
            last = Step.of(directory.resolve(entry.getFileName()));
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(entry.toString());
        }
        if (last.kind() == Kind.LINK) {
            return to(entry);
        }
        List<Step> all = new ArrayList<>(steps);
        all.add(last);
        return new Way(all);
    }

    private static List<Step> walk(Path absolute) throws IOException {
        List<Step> steps = new ArrayList<>();
        Deque<Path> names = new ArrayDeque<>();
        absolute.forEach(names::add);
        Path at = absolute.getRoot();
        steps.add(Step.of(at));
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.remove().toString();
            if (name.equals("..")) {
                at = Objects.requireNonNullElse(at.getParent(), at);
            } else if (!name.isEmpty() && !name.equals(".")) {
                Step step = Step.of(at.resolve(name));
                steps.add(step);
                if (step.kind() != Kind.LINK) {
                    at = step.path();
                } else if (++links > MOST_LINKS) {
                    throw new FileSystemLoopException(absolute.toString());
                } else {
                    at = follow(step.path(), at, names);
                }
            }
        }
        if (!steps.get(steps.size() - 1).path().equals(at)) {
            steps.add(Step.of(at));
        }
        return steps;
    }

    /** Puts the names of a link's target before the others, and returns where they start from. */
    private static Path follow(Path link, Path directory, Deque<Path> names) throws IOException {
        Path target = Files.readSymbolicLink(link);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            names.addFirst(target.getName(i));
        }
        return Objects.requireNonNullElse(target.getRoot(), directory);
    }
}
