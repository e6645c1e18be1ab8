package dev.refractium.server.files;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are, or were, listening Unix sockets. Links are not followed. Any thread. */
public final class SocketFile {
    private static final Logger log = LoggerFactory.getLogger(SocketFile.class);

    private SocketFile() {}

    /**
     * Checks that a socket may take the place of {@code file}: that nothing is there, or a socket that does not answer.
     *
     * @return whether a socket is there
     * @throws FileSystemException if the file is in use: a server answers at it, or it is no socket
     */
    public static boolean check(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!isSocket(file)) {
            throw new FileSystemException(file.toString(), null, "is there and is no socket; name another file");
        }
        if (answers(file)) {
            throw new FileSystemException(
                    file.toString(), null, "is the socket of a server that runs; name another file");
        }
        return true;
    }

    /**
     * Makes room for a socket.
     *
     * @throws IOException if the file is in use, as {@link #check} finds, or cannot be removed
     */
    public static void clear(Path file) throws IOException {
        if (check(file)) {
            Files.deleteIfExists(file);
            log.info("removed the socket that a dead server left: {}", file);
        }
    }

    /** Returns whether a server listens there. */
    public static boolean answers(Path file) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Does not wait, whatever the backlog: a full one is a server's.
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(file));
            return true;
        } catch (ConnectException | NoSuchFileException refused) {
            return false;
        } catch (IOException e) {
            // Cannot be told apart from a busy server: in use, to be safe.
            return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Returns whether {@code owner} owns this socket and lets a group use it, to which this process's user belongs. */
    public static boolean isShared(Path file, UserPrincipal owner) throws IOException {
        if (!SocketPlace.hasModes(file)) {
            return false;
        }
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.owner().getName().equals(owner.getName())
                && attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                && Files.isWritable(file);
    }

    /** Returns the identity of this file, by which it differs from another that takes its name later. */
    public static Object identity(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
    }

    /** Returns whether this is a socket, or another file that is neither regular nor a directory nor a link. */
    public static boolean isSocket(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        } catch (IOException e) {
            return false;
        }
    }
}
