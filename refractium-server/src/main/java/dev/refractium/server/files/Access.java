package dev.refractium.server.files;

import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
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

/** Who owns a file and who may write it, by the names that the system gives them. */
record Access(String owner, String group, Set<PosixFilePermission> permissions) {
    private static final String ROOT = "root";

    Access {
        permissions = Set.copyOf(permissions);
    }

    /** Empty where the file system keeps no POSIX permissions. */
    static Optional<Access> of(Path path, LinkOption... options) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class, options);
        if (view == null) {
            return Optional.empty();
        }
        PosixFileAttributes attributes = view.readAttributes();
        return Optional.of(
                new Access(attributes.owner().getName(), attributes.group().getName(), attributes.permissions()));
    }

    /** Why {@code path} is open to others than {@code self} and root, and what to do about it. */
    Optional<String> reason(Path path, String self) {
        if (!owner.equals(self) && !owner.equals(ROOT)) {
            return Optional.of("belongs to user " + owner + ", who may change it, while the server runs as " + self
                    + "; chown " + self + " " + path);
        }
        if (permissions.contains(OTHERS_WRITE)) {
            return Optional.of("every user may write it; chmod o-w " + path);
        }
        if (permissions.contains(GROUP_WRITE) && !groupIsPrivate()) {
            return Optional.of("group " + group + " may write it; chmod g-w " + path);
        }
        return Optional.empty();
    }

    /**
     * Many systems give each user a group of the same name, with nobody else in it, and let new files be writable by
     * it: a fresh build would be refused there. Root's group is another matter: it has members.
     */
    private boolean groupIsPrivate() {
        return group.equals(owner) && !owner.equals(ROOT);
    }
}
