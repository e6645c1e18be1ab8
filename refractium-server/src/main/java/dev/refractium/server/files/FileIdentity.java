package dev.refractium.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a file of this process's user, by which it differs from another that takes its name later.
 *
 * @param key null if the file system has none
 */
record FileIdentity(@Nullable Object key, boolean directory, UserPrincipal owner) {
    /** Returns the identity of an existing file; a link is not followed. */
    static FileIdentity of(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new FileIdentity(
                attributes.fileKey(), attributes.isDirectory(), Files.getOwner(path, LinkOption.NOFOLLOW_LINKS));
    }

    /** Returns whether that file is still there. The owner counts too: a system reuses the keys of removed files. */
    boolean isAt(Path path) {
        try {
            return Objects.equals(of(path), this);
        } catch (IOException gone) {
            return false;
        }
    }
}
