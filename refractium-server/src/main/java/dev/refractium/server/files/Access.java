package dev.refractium.server.files;

import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** The owner of a file and the users who may write it, by the names that the system gives them. */
record Access(String owner, String group, Set<PosixFilePermission> permissions) {
    Access {
        permissions = Set.copyOf(permissions);
    }

    /** Empty if the file system has no POSIX permissions. */
    static Optional<Access> of(Path path, LinkOption... options) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class, options);
        if (view == null) {
            return Optional.empty();
        }
        PosixFileAttributes attributes = view.readAttributes();
        return Optional.of(
                new Access(attributes.owner().getName(), attributes.group().getName(), attributes.permissions()));
    }

    /** Returns why users other than {@code self} and root may write {@code path}, and what to do about it. */
    Optional<String> reason(Path path, String self) {
        return strangeOwner(path, self, "chown").or(() -> writers(path));
    }

    /**
     * Returns why the owner of {@code path} is neither {@code self} nor root, and what to do about it.
     *
     * @param chown the command that changes the owner
     */
    Optional<String> strangeOwner(Path path, String self, String chown) {
        return owner.equals(self) || Users.isRoot(owner)
                ? Optional.empty()
                : Optional.of("belongs to user " + owner + ", who may change it, while the server runs as " + self
                        + "; " + chown + " " + self + " " + path);
    }

    /** Returns which users besides the owner may write {@code path}, and what to do about it. */
    Optional<String> writers(Path path) {
        if (permissions.contains(OTHERS_WRITE)) {
            return Optional.of("every user may write it; chmod o-w " + path);
        }
        if (permissions.contains(GROUP_WRITE) && !groupIsPrivate()) {
            return Optional.of("group " + group + " may write it; chmod g-w " + path);
        }
        return Optional.empty();
    }

    /**
     * Returns which users besides the owner and root may read {@code path}, and what to do about it. The group of the
     * same name as the server's user is that user's own.
     */
    Optional<String> readers(Path path, String self) {
        if (permissions.contains(OTHERS_READ)) {
            return Optional.of("every user may read it; chmod o-r " + path);
        }
        boolean own = group.equals(self) || groupIsPrivate() || Users.isRoot(group);
        return permissions.contains(GROUP_READ) && !own
                ? Optional.of("group " + group + " may read it; chmod g-r " + path)
                : Optional.empty();
    }

    /**
     * Many systems give each user a group of the same name, without other members, and let new files be writable by it:
     * a fresh build would be refused there. Root's group is different: it has members.
     */
    private boolean groupIsPrivate() {
        return group.equals(owner) && !Users.isRoot(owner);
    }
}
