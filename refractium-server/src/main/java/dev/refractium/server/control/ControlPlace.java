package dev.refractium.server.control;

import dev.refractium.server.files.SocketDirectory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are, or were, control sockets. */
final class ControlPlace {
    private static final Logger log = LoggerFactory.getLogger(ControlPlace.class);
    private static final Pattern NAME = Pattern.compile("(\\d{1,10})\\.sock");

    private ControlPlace() {}

    /** Returns the default file of this process; removes what dead processes left next to it. */
    static Path usual(Map<String, String> environment) throws IOException {
        Path directory = SocketDirectory.make(environment);
        usualSockets(directory).stream().filter(socket -> !ownerLives(socket)).forEach(ControlPlace::removeQuietly);
        return directory.resolve(ProcessHandle.current().pid() + ".sock");
    }

    /**
     * Makes room for a socket.
     *
     * @throws IOException if the file is in use: a server answers at it, or it is no socket
     */
    static void clear(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(file)) {
            throw new FileSystemException(file.toString(), null, "is there and is no socket; name another file");
        }
        if (answers(file)) {
            throw new FileSystemException(
                    file.toString(), null, "is the socket of a server that runs; name another file");
        }
        Files.deleteIfExists(file);
        log.info("removed the control socket of a server that died: {}", file);
    }

    /** Returns the sockets in a directory that have a default name, whether or not a server listens there. */
    static List<Path> usualSockets(Path directory) {
        return sockets(directory).stream()
                .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                .toList();
    }

    /** Returns all sockets in a directory, whether or not a server listens there. */
    static List<Path> sockets(Path directory) {
        List<Path> sockets = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ControlPlace::isSocket)) {
            files.forEach(sockets::add);
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("could not look for sockets in {}", directory, e);
        }
        sockets.sort(null);
        return sockets;
    }

    /** Returns whether a server listens there. */
    static boolean answers(Path file) {
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

    /** Returns the identity of this file, by which it differs from another that takes its name later. */
    static Object identity(Path file) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
    }

    /**
     * Returns whether the process of this number is gone: a server may be about to listen. No other process has this
     * process's number.
     */
    private static boolean ownerLives(Path socket) {
        Matcher name = NAME.matcher(socket.getFileName().toString());
        long pid = name.matches() ? Long.parseLong(name.group(1)) : 0;
        boolean alive =
                pid != ProcessHandle.current().pid() && ProcessHandle.of(pid).isPresent();
        return alive || answers(socket);
    }

    private static void removeQuietly(Path socket) {
        try {
            clear(socket);
        } catch (IOException e) {
            log.debug("left alone: {}", socket, e);
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        } catch (IOException e) {
            return false;
        }
    }
}
